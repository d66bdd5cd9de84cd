package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatroskaTest {
  @Test
  void allSamplesOfAPipeAreRead() throws Exception {
    Matroska pcm = new Matroska(new ByteArrayInputStream(sound()));
    Matroska.Header header = pcm.header();
    assertThat(header.rate()).isEqualTo(32_000);
    assertThat(header.channels()).isEqualTo(2);
    assertThat(header.tags()).containsEntry("ARTIST", "Ann");
    long bytes = pcm.length();
    while (pcm.next()) {
      bytes += pcm.length();
    }
    assertThat(bytes).isEqualTo(2 * 32_000 * 8);
    assertThat(pcm.brokenOff()).isFalse();
    assertThat(pcm.millis()).isBetween(1900L, 2000L);
  }

  @Test
  void anEndInTheMiddleIsNoticed() throws Exception {
    byte[] all = sound();
    Matroska pcm = new Matroska(new ByteArrayInputStream(Arrays.copyOf(all, all.length - 100)));
    pcm.header();
    while (pcm.next()) {
      assertThat(pcm.length()).isPositive();
    }
    assertThat(pcm.brokenOff()).isTrue();
  }

  @Test
  void nonsenseEndsAndThrowsNothingButAnIoException() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] all = Arrays.copyOf(sound(), 20_000);
    for (int round = 0; round < 3_000; round++) {
      byte[] bent = all.clone();
      for (int i = 0; i < 1 + round % 20; i++) {
        bent[random.nextInt(i % 2 == 0 ? 1_000 : bent.length)] = (byte) random.nextInt();
      }
      try {
        Matroska pcm = new Matroska(new ByteArrayInputStream(bent));
        pcm.header();
        while (pcm.next()) {
          assertThat(pcm.length()).as("seed %d", seed).isLessThan(64 << 20);
        }
      } catch (IOException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("Matroska");
      }
    }
  }

  private static byte[] sound() throws Exception {
    return Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=2:sample_rate=32000",
        "-ac",
        "2",
        "-metadata",
        "artist=Ann",
        "-c:a",
        "pcm_f32le",
        "-f",
        "matroska",
        "pipe:1");
  }
}

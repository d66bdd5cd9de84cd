package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatroskaTest {
  @Test
  void allSamplesOfAPipeAreRead() throws Exception {
    Matroska pcm = new Matroska(new ByteArrayInputStream(audio()));
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
  void textsKeepTheirLanguageAndBytesThatAreNotUtf8() throws Exception {
    byte[] all =
        Media.piped(
            "-f",
            "lavfi",
            "-i",
            "sine=d=1",
            "-metadata",
            "comment-deu=Hallo",
            "-metadata",
            "artist=@@@@@@",
            "-metadata",
            "composer=Größe",
            "-metadata:s:a:0",
            "language=ita",
            "-c:a",
            "pcm_f32le",
            "-f",
            "matroska");
    String latin = new String(all, StandardCharsets.ISO_8859_1);
    byte[] edited =
        latin
            .replace("@@@@@@", "\u00CF\u00F0\u00E8\u00E2\u00E5\u00F2")
            .getBytes(StandardCharsets.ISO_8859_1);
    Matroska.Header header = new Matroska(new ByteArrayInputStream(edited)).header();
    assertThat(header.tags())
        .containsEntry("COMMENT-ger", "Hallo")
        .containsEntry("ARTIST", "Ïðèâåò") // each byte one character
        .containsEntry("COMPOSER", "Größe");
    assertThat(header.trackTags()).containsEntry("LANGUAGE", "ita");
  }

  @Test
  void anEndInTheMiddleIsNoticed() throws Exception {
    byte[] all = audio();
    Matroska pcm = new Matroska(new ByteArrayInputStream(Arrays.copyOf(all, all.length - 100)));
    pcm.header();
    while (pcm.next()) {
      assertThat(pcm.length()).isPositive();
    }
    assertThat(pcm.brokenOff()).isTrue();
  }

  @Test
  void nonsenseEndsAndThrowsNothingButARefusal() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the nonsense: " + seed);
    Random random = new Random(seed);
    byte[] all = Arrays.copyOf(audio(), 20_000);
    for (int round = 0; round < 3_000; round++) {
      byte[] bent = all.clone();
      for (int i = 0; i < 1 + round % 20; i++) {
        bent[random.nextInt(i % 2 == 0 ? 1_000 : bent.length)] = (byte) random.nextInt();
      }
      try {
        Matroska pcm = new Matroska(new ByteArrayInputStream(bent));
        Matroska.Header header = pcm.header();
        assertThat(header.rate()).as("seed %d", seed).isNotNegative();
        while (pcm.next()) {
          assertThat(pcm.length()).as("seed %d", seed).isLessThan(64 << 20);
        }
      } catch (Refusal e) {
        assertThat(e.code()).as("seed %d", seed).isEqualTo(Code.UNREADABLE_MEDIA);
      }
    }
  }

  private static byte[] audio() {
    return Media.piped(
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
        "matroska");
  }
}

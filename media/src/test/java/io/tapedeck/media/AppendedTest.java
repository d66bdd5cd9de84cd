package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings behind recordings, and what Matroska says of its pictures. */
class AppendedTest {
  @TempDir Path folder;

  private Path times(byte[] one, int count) throws Exception {
    byte[] all = Arrays.copyOf(one, one.length * count);
    for (int i = 1; i < count; i++) {
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return Files.write(folder.resolve("all"), all);
  }

  @ParameterizedTest
  @CsvSource({"a.mp4, 1", "a.flv, 1", "a.mkv, 2", "a.wav, 9", "a.ogg, 9"})
  void theFirstThatIsNotReadIsNamedByItsPlace(String name, int read) throws Exception {
    byte[] one = Files.readAllBytes(Media.audio(folder.resolve(name), 1, "-ar", "44100"));
    Container kind = Container.of(one);
    assertThat(Appended.unread(times(one, 1), kind)).isEmpty();
    if (read < 9) {
      assertThat(Appended.unread(times(one, read), kind)).isEmpty();
      assertThat(Appended.unread(times(one, read + 2), kind).orElseThrow())
          .contains("at byte " + read * one.length + ";");
    } else {
      assertThat(Appended.unread(times(one, 3), kind)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 0", "2, 1000"})
  void theFirstPictureIsKnownWhereItComesBeforeAllAudio(int late, int origin) throws Exception {
    Path file = folder.resolve("a.mkv");
    Media.make(
        file,
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=4:s=64x48:r=25",
        "-itsoffset",
        Integer.toString(late),
        "-f",
        "lavfi",
        "-i",
        "sine=d=2",
        "-c:v",
        "libx264",
        "-output_ts_offset",
        Integer.toString(origin));
    MatroskaFile read = MatroskaFile.in(file, Container.MATROSKA).orElseThrow();
    assertThat(read.single()).isTrue();
    assertThat(read.pictures().isPresent()).isEqualTo(late > 0);
    read.pictures()
        .ifPresent(at ->
            assertThat(at)
                .isBetween(Duration.ofSeconds(origin), Duration.ofMillis(origin * 1000L + 100)));
    assertThat(MatroskaFile.in(file, Container.MP4)).isEmpty();
  }

  @Test
  void anyBytesGiveAnAnswer() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the nonsense: " + seed);
    Random random = new Random(seed);
    for (String name : List.of("a.mkv", "a.mp4", "a.flv")) {
      byte[] good = Files.readAllBytes(Media.audio(folder.resolve(name), 1, "-ar", "44100"));
      Container kind = Container.of(good);
      for (int round = 0; round < 300; round++) {
        byte[] bent = good.clone();
        for (int i = 0; i < 1 + round % 30; i++) {
          bent[random.nextInt(i % 2 == 0 ? 200 : bent.length)] = (byte) random.nextInt();
        }
        Path file = Files.write(folder.resolve("bent"), bent);
        assertThat(Appended.unread(file, kind)).as("seed %d", seed).isNotNull();
        assertThat(MatroskaFile.in(file, kind)).as("seed %d", seed).isNotNull();
      }
    }
  }
}

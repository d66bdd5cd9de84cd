package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Audio that begins two seconds after the pictures: 0 is where the file begins. */
class LateAudioTest {
  private static final String TONES = "aevalsrc=0.4*sin(2*PI*t*300*(1+floor(t))):s=44100:d=4";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.ts", "a.mpg", "a.mp4", "a.flv"})
  void aPartIsCountedFromTheBeginningOfTheFile(String name) throws Exception {
    Path file = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=6:s=64x48:r=25",
        "-itsoffset",
        "2",
        "-f",
        "lavfi",
        "-i",
        TONES,
        "-map",
        "0:v",
        "-map",
        "1:a",
        file.toString());
    Extracted mp3 =
        Media.EXTRACTOR
            .of(
                file,
                Options.of().start(Duration.ofSeconds(1)).end(Duration.ofSeconds(4)).build(),
                1)
            .run(folder.resolve("out.mp3"));
    assertThat(mp3.duration().toMillis()).as("%s", mp3).isBetween(1_900L, 2_120L);
    float[] samples = Media.samples(mp3.file());
    assertThat(crossings(samples, 4_410, 22_050)).isBetween(140, 160); // 300 Hz for half a second
    assertThat(crossings(samples, 57_330, 22_050)).isBetween(285, 315); // 600 Hz
  }

  private static int crossings(float[] samples, int from, int count) {
    int crossings = 0;
    for (int i = from; i < from + count - 1; i++) {
      if (samples[i] < 0 && samples[i + 1] >= 0) {
        crossings++;
      }
    }
    return crossings;
  }
}

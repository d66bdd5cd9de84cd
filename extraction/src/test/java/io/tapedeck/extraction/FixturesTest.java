package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.ConversionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real files of many makers. They lie beside the project where it is built, not in it. */
class FixturesTest {
  private static final Path FOLDER = Media.PROJECT.resolve("../shared/fixtures").normalize();

  /** Each packet of this file holds 256 samples of audio for 1,536 samples of its time. */
  private static final Map<String, List<String>> TOLD =
      Map.of(
          "sample_eac3.mp4",
          List.of(
              "from 00:00:00.064 to 00:00:01.701 short pieces of the audio are missing and silent,"
                  + " together 00:00:01.413"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "crystal.mp4, 11.933",
    "rabbit.mp4, 7.767",
    "rabbit.webm, 7.78",
    "sample.avi, 4.08",
    "sample.flv, 1.022",
    "sample_eac3.mp4, 1.728",
    "sample_fragmented.mp4, 1.068",
    "sample_h262_mpeg_audio.ts, 0.078",
    "sample_opus_fragmented.mp4, 2.5",
    "sample_with_vorbis_audio.mkv, 1.013",
    "two-audio-tracks.mp4, 5.013",
  })
  void theMp3IsAsLongAsTheSourcesSound(String name, double seconds) throws Exception {
    Path source = FOLDER.resolve(name);
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(source), "no fixtures beside the project");
    Extracted mp3 =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 2).run(folder.resolve("out.mp3"));
    assertThat(mp3.duration().toMillis() / 1000.0).isCloseTo(seconds, within(0.05));
    assertThat(Media.decodedSeconds(mp3.file())).isCloseTo(seconds, within(0.05));
    assertThat(mp3.warnings()).isEqualTo(TOLD.getOrDefault(name, List.of()));
    assertThat(mp3.copied()).isEqualTo(name.endsWith(".avi"));
  }
}

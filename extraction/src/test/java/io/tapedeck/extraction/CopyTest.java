package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Quality;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Audio that is MP3 already. */
class CopyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.avi", "a.mp4", "a.mkv", "a.mp3", "a.flv"})
  void mp3FramesAreKeptBitByBit(String name) throws Exception {
    Path source = source(name, "libmp3lame", "-b:a", "96k");
    Extracted mp3 = run(source, ConversionOptions.DEFAULT);
    assertThat(mp3.copied()).isTrue();
    assertThat(packets(mp3.file())).isEqualTo(packets(source));
    assertThat(Media.probe(mp3.file(), "format=format_name")).isEqualTo("mp3");
  }

  @Test
  void aCopyIsAsLongAsItsSource() throws Exception {
    Path vbr = source("vbr.mp3", "libmp3lame", "-q:a", "5");
    Extracted mp3 = run(vbr, ConversionOptions.DEFAULT);
    assertThat(Media.decodedSeconds(mp3.file())).isCloseTo(Media.decodedSeconds(vbr), within(0.05));
  }

  /** Loud, then silent: a guess by the first frames would be far off. */
  @ParameterizedTest
  @ValueSource(strings = {"a.mkv", "a.avi", "a.mp4"})
  void playersLearnTheLengthOfACopyWithVariableBitrate(String name) throws Exception {
    Path source = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=5:r=44100",
        "-f",
        "lavfi",
        "-i",
        "anullsrc=d=60:r=44100:cl=mono",
        "-filter_complex",
        "concat=n=2:v=0:a=1",
        "-c:a",
        "libmp3lame",
        "-q:a",
        "2",
        source.toString());
    Extracted mp3 = run(source, ConversionOptions.DEFAULT);
    assertThat(mp3.copied()).isTrue();
    assertThat(Double.parseDouble(Media.probe(mp3.file(), "format=duration")))
        .isCloseTo(65, within(0.1));
    assertThat(packets(mp3.file())).isEqualTo(packets(source));
  }

  @Test
  void anMp3FileKeepsItsLengthToTheSample() throws Exception {
    Path source = source("a.mp3", "libmp3lame", "-q:a", "5");
    assertThat(Media.samples(run(source, ConversionOptions.DEFAULT).file()))
        .isEqualTo(Media.samples(source));
  }

  static Stream<ConversionOptions> wishes() {
    return Stream.of(
        Options.of().encode().build(),
        Options.of().mono().build(),
        Options.of().loudness(-16).build(),
        Options.of().start(Duration.ofMillis(500)).build(),
        Options.of().end(Duration.ofMillis(1500)).build(),
        Options.of().quality(new Quality.Cbr(64)).build(),
        Options.of().quality(new Quality.Vbr(6)).build());
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void wishesThatNeedEncodingForbidTheCopy(ConversionOptions wish) throws Exception {
    Path source = source("a.avi", "libmp3lame", "-b:a", "96k");
    assertThat(run(source, wish).copied()).isFalse();
  }

  @Test
  void otherSoundIsNotCopied() throws Exception {
    assertThat(run(source("a.mkv", "mp2", "-b:a", "96k"), ConversionOptions.DEFAULT).copied())
        .isFalse();
  }

  @Test
  void anotherTrackThanTheMp3IsEncoded() throws Exception {
    Path two = folder.resolve("two.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-map",
        "0",
        "-map",
        "0",
        "-c:a:0",
        "libmp3lame",
        "-c:a:1",
        "flac",
        two.toString());
    assertThat(run(two, ConversionOptions.DEFAULT).copied()).isTrue();
    assertThat(run(two, Options.of().track(2).build()).copied()).isFalse();
  }

  private Path source(String name, String codec, String option, String value) throws Exception {
    Path file = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=3:a=.3:r=44100",
        "-c:a",
        codec,
        option,
        value,
        file.toString());
    return file;
  }

  private Extracted run(Path source, ConversionOptions options) {
    return Media.EXTRACTOR.of(source, options, 1).run(folder.resolve("out.mp3"));
  }

  /** The audio's packets one after the other, without tags and Xing frame. */
  private static byte[] packets(Path file) throws Exception {
    assertThat(Files.size(file)).isPositive();
    return Media.ffmpeg(
        "-i", file.toString(), "-map", "0:a:0", "-c", "copy", "-f", "data", "pipe:1");
  }
}

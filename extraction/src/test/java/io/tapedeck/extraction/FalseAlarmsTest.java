package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are odd and whole: nothing is said of missing or damaged audio. */
class FalseAlarmsTest {
  @TempDir Path folder;

  private Path made(String name, String... options) throws Exception {
    Path file = folder.resolve(name);
    String[] command =
        Stream.of(
                Stream.of("-f", "lavfi", "-i", "sine=d=4:r=44100"),
                Stream.of(options),
                Stream.of(file.toString()))
            .flatMap(each -> each)
            .toArray(String[]::new);
    Media.ffmpeg(command);
    return file;
  }

  private void assertWhole(Path file) {
    assertThat(warnings(file)).isEmpty();
  }

  private List<String> warnings(Path file) {
    Extracted mp3 =
        Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(mp3.duration().toMillis()).isBetween(3_990L, 4_060L);
    return mp3.warnings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TAGtitle", "APETAGEX"})
  void aTagBehindFlac(String tag) throws Exception {
    Path file = made("a.flac");
    byte[] bytes =
        Arrays.copyOf(tag.getBytes(StandardCharsets.US_ASCII), tag.startsWith("TAG") ? 128 : 32);
    Files.write(file, bytes, StandardOpenOption.APPEND);
    assertWhole(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.flv"})
  void bytesBehindTheLastBox(String name) throws Exception {
    Path file = made(name);
    Files.write(
        file, new byte[] {'8', 'd', 'b', '4', '2', 'd', '6', '9'}, StandardOpenOption.APPEND);
    assertWhole(file);
  }

  /** The demuxer guesses the length from the bitrate of the silence at the beginning. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void variableBitrateWithoutCountsThatBeginsQuietly(boolean copy) throws Exception {
    Path file = folder.resolve("a.mp3");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anullsrc=r=44100:cl=mono:d=10",
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=10:r=44100",
        "-filter_complex",
        "concat=n=2:v=0:a=1",
        "-c:a",
        "libmp3lame",
        "-q:a",
        "2",
        "-write_xing",
        "0",
        file.toString());
    Extracted mp3 =
        Media.EXTRACTOR
            .of(file, ConversionOptions.DEFAULT.withCopy(copy), 1)
            .run(folder.resolve("out.mp3"));
    assertThat(mp3.copied()).isEqualTo(copy);
    assertThat(mp3.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.flac", "a.wv", "a.au", "a.wav"})
  void junkBehindAudioThatIsAllThere(String name) throws Exception {
    Path file = made(name);
    byte[] junk = new byte[3_001];
    new Random(3).nextBytes(junk);
    Files.write(file, junk, StandardOpenOption.APPEND);
    assertWhole(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adpcm_ms", "adpcm_ima_wav", "wmav2", "pcm_mulaw"})
  void anAviWhoseWriterCountsOtherUnits(String codec) throws Exception {
    assertWhole(made("a.avi", "-ac", "2", "-c:a", codec));
  }

  /** A writer to a pipe cannot go back to correct a size. AIFF and W64 cannot be read then. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "wav",
        "au",
        "flac",
        "ogg",
        "flv",
        "matroska",
        "avi",
        "adts",
        "mpegts",
        "vob",
        "asf",
        "wv",
        "ismv",
        "ac3"
      })
  void sizesThatAPipeLeft(String muxer) throws Exception {
    Path whole = made("source.wav");
    String[] command = {"-i", "" + whole, "-strict", "-2", "-f", muxer, "pipe:1"};
    assertWhole(Files.write(folder.resolve("piped"), Media.ffmpeg(command)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mkv", "a.flv"})
  void timesThatBeginLate(String name) throws Exception {
    assertWhole(made(name, "-output_ts_offset", "100"));
  }

  @Test
  void audioThatBeginsLateBesidePictures() throws Exception {
    Path pictures = folder.resolve("p.mkv");
    Media.ffmpeg("-f", "lavfi", "-i", "color=d=7:s=32x32:r=5", "-c:v", "mpeg4", "" + pictures);
    Path audio = made("a.mka");
    Path file = folder.resolve("late.mkv");
    Media.ffmpeg("-i", "" + pictures, "-itsoffset", "3", "-i", "" + audio, "-c", "copy", "" + file);
    assertThat(warnings(file))
        .singleElement()
        .asString()
        .matches("the audio begins 00:00:03\\.\\d+ into the file, and the MP3 with it");
  }

  @Test
  void aChapterThatEndsBeforeItBegins() throws Exception {
    Path chapter =
        Files.writeString(
            folder.resolve("chapter.txt"),
            ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=3000\ntitle=x\n");
    Path file = made("a.mkv", "-i", "" + chapter, "-map_chapters", "1");
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    String end = "\222\204\262\320^\0"; // ChapterTimeEnd: 3 s in nanoseconds
    assertThat(bytes).contains(end);
    Files.writeString(file, bytes.replace(end, "\222\204\0\0\0\1"), StandardCharsets.ISO_8859_1);
    assertWhole(file);
  }

  @Test
  void w64() throws Exception {
    assertWhole(made("a.w64"));
  }

  @Test
  void flacBehindAnId3Tag() throws Exception {
    byte[] tag = new byte[1_034];
    System.arraycopy("ID3\4\0\0\0\0\10\0".getBytes(StandardCharsets.ISO_8859_1), 0, tag, 0, 10);
    byte[] flac = Files.readAllBytes(made("a.flac"));
    byte[] both = Arrays.copyOf(tag, tag.length + flac.length);
    System.arraycopy(flac, 0, both, tag.length, flac.length);
    assertWhole(Files.write(folder.resolve("b.flac"), both));
  }
}

package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a source's own MP3, and what is told (ADR 0022). */
class KeptMp3Test {
  private static final String NOISE = "anoisesrc=d=4:a=.3:r=44100:seed=1";
  private static final int DELAY = 1105;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"a.mkv, 3000", "a.mp4, 132300", "a.ts, 270000"})
  void aHoleInTheTimesIsEncodedAndTold(String name, int late) throws Exception {
    Path source = made(name, NOISE, "-b:a", "96k", "-bsf:a", "setts=ts=TS+gt(N\\,80)*" + late);
    Extracted mp3 = run(source);
    assertThat(mp3.copied()).isFalse();
    assertThat(mp3.duration().toMillis()).isBetween(6_950L, 7_100L);
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the source has no audio from 00:00:02.* to 00:00:05.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"avi", "mp4", "mkv", "flv", "asf", "mpg", "mp3"})
  void aCutFileIsKeptAndSaysThatItEndsEarly(String kind) throws Exception {
    Path whole = folder.resolve("whole." + kind);
    if (kind.equals("mp3")) {
      made("whole.mp3", NOISE, "-b:a", "96k");
    } else {
      video(whole);
    }
    byte[] all = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(all, all.length * 3 / 5 + 50));
    Extracted mp3 = run(cut);
    assertThat(mp3.copied()).isTrue();
    assertThat(mp3.duration().toMillis()).isBetween(1_500L, 3_200L);
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the file ends early: its audio stops at 00:00:0[123].*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.avi", "a.flv", "a.ts", "a.mpg", "a.wav", "a.asf", "a.mp4", "a.mov"})
  void aCopyGivesTheSamplesThatItsSourceGives(String name) throws Exception {
    Path source = made(name, NOISE, "-q:a", "3");
    Extracted mp3 = run(source);
    assertThat(mp3.copied()).isTrue();
    assertThat(mp3.warnings()).isEmpty();
    assertThat(Media.samples(mp3.file())).isEqualTo(Media.samples(source));
  }

  @ParameterizedTest
  @ValueSource(ints = {44_100, 22_050, 8_000})
  void theDelayOfTheEncoderDoesNotStayWhenMatroskaLostIt(int rate) throws Exception {
    Path mp3 = made("a.mp3", "anoisesrc=d=4:a=.3:r=" + rate, "-b:a", "32k");
    Path source = folder.resolve("a.mkv");
    Media.ffmpeg("-i", mp3.toString(), "-c", "copy", source.toString());
    float[] all = Media.samples(source);
    Extracted copy = run(source);
    assertThat(copy.copied()).isTrue();
    float[] heard = Media.samples(copy.file());
    assertThat(heard).isEqualTo(Arrays.copyOfRange(all, DELAY, all.length));
    assertThat(heard).isEqualTo(Media.samples(mp3)).hasSize(4 * rate);
  }

  @Test
  void theDelayThatMatroskaStatesIsLeftOut() throws Exception {
    Path plain = made("a.mkv", NOISE, "-b:a", "96k", "-write_xing", "0");
    byte[] bytes = Files.readAllBytes(plain);
    int language = indexOf(bytes, HexFormat.of().parseHex("22b59c83756e64"), 0);
    ByteBuffer.wrap(bytes)
        .position(language)
        .put(HexFormat.of().parseHex("56aa84"))
        .putInt(20_000_000);
    Path source = Files.write(folder.resolve("b.mkv"), bytes);
    float[] all = Media.samples(source);
    assertThat(Media.samples(run(source).file()))
        .isEqualTo(Arrays.copyOfRange(all, 882, all.length));
  }

  /**
   * In an edit list, 2,000 samples can be left out by the frame of counts; 100 or 44,100 cannot.
   */
  @ParameterizedTest
  @CsvSource({"2000, true", "100, false", "44100, false"})
  void anEditListIsObeyed(int left, boolean kept) throws Exception {
    byte[] bytes = Files.readAllBytes(made("a.mp4", NOISE, "-b:a", "96k"));
    ByteBuffer.wrap(bytes).putInt(indexOf(bytes, ascii("elst"), 0) + 16, left);
    Path source = Files.write(folder.resolve("edited.mp4"), bytes);
    Extracted mp3 = run(source);
    assertThat(mp3.copied()).isEqualTo(kept);
    float[] samples = Media.samples(mp3.file());
    assertThat(samples).hasSameSizeAs(Media.samples(source));
    if (kept) {
      assertThat(samples).isEqualTo(Media.samples(source));
    }
  }

  static Stream<byte[]> tagsAround() {
    byte[] id3 = concat(ascii("ID3\4\0\0\0\0\17\0"), new byte[15 << 7]);
    byte[] id3v1 = Arrays.copyOf(ascii("TAGtitle"), 128);
    byte[] lyrics = ascii("LYRICSBEGININD0000210000021LYRICS200");
    byte[] ape = ascii("APETAGEX\320\7\0\0\40\0\0\0\0\0\0\0\0\0\0\200" + "\0".repeat(8));
    return Stream.of(
        concat(id3, id3), id3v1, concat(ape, id3v1), concat(lyrics, id3v1), new byte[99]);
  }

  @Test
  void tagsAroundTheFramesAreNoAudioAndNoDamage() throws Exception {
    Path source = made("a.mp3", NOISE, "-q:a", "5", "-id3v2_version", "0");
    byte[] frames = Files.readAllBytes(source);
    for (byte[] tag : tagsAround().toList()) {
      boolean before = tag[0] == 'I';
      byte[] both = before ? concat(tag, frames) : concat(frames, tag);
      Extracted mp3 = run(Files.write(folder.resolve("tagged.mp3"), both));
      assertThat(mp3.copied()).isTrue();
      assertThat(mp3.warnings()).isEmpty();
      assertThat(Media.samples(mp3.file())).isEqualTo(Media.samples(source));
      assertThat(mp3.duration().toMillis()).isEqualTo(4_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk between", "header gone", "side information gone", "bytes lost"})
  void whatIsDamagedIsEncodedAndToldWithItsPlace(String kind) throws Exception {
    byte[] all = Files.readAllBytes(made("a.mp3", NOISE, "-b:a", "96k", "-id3v2_version", "0"));
    int frame = indexOf(all, HexFormat.of().parseHex("fffb"), all.length / 2);
    byte[] junk = new byte[700];
    new Random(7).nextBytes(junk);
    byte[] head = Arrays.copyOf(all, frame);
    byte[] tail = Arrays.copyOfRange(all, frame, all.length);
    switch (kind) {
      case "junk between" -> tail = concat(junk, tail);
      case "header gone" -> tail[0] = 0;
      case "side information gone" -> Arrays.fill(tail, 5, 30, (byte) -1);
      default ->
          tail = concat(Arrays.copyOf(tail, 100), Arrays.copyOfRange(tail, 150, tail.length));
    }
    Extracted mp3 = run(Files.write(folder.resolve("bent.mp3"), concat(head, tail)));
    assertThat(mp3.copied()).isFalse();
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the audio is damaged at 00:00:0[12]\\..*");
    assertThat(mp3.duration().toMillis()).isBetween(3_800L, 4_050L);
  }

  @Test
  void joinedFilesAreKeptWithoutTheCountsInTheMiddle() throws Exception {
    byte[] one = Files.readAllBytes(made("a.mp3", NOISE, "-q:a", "4"));
    byte[] two = Files.readAllBytes(made("b.mp3", "sine=d=3:r=44100", "-q:a", "4", "-ac", "1"));
    Path joined = Files.write(folder.resolve("joined.mp3"), concat(one, two, one));
    Extracted mp3 = run(joined);
    assertThat(mp3.copied()).isTrue();
    assertThat(mp3.warnings()).isEmpty();
    // Each part but the last keeps the padding at its end, each but the first its delay.
    assertThat(mp3.duration().toMillis()).isBetween(11_000L, 11_110L);
    assertThat(Media.samples(mp3.file()).length / 44.1)
        .isBetween(mp3.duration().toMillis() - 1.0, mp3.duration().toMillis() + 1.0);
    assertThat(Double.parseDouble(Media.probe(mp3.file(), "format=duration")))
        .isBetween(11.0, 11.15);
    float[] last = Media.samples(folder.resolve("a.mp3"));
    float[] all = Media.samples(mp3.file());
    assertThat(Media.likeness(last, 44_100, all, all.length - last.length + 44_100, 88_200))
        .isGreaterThan(0.999_99);
  }

  @ParameterizedTest
  @CsvSource({"44100, 2", "22050, 1"})
  void anotherRateOrNumberOfChannelsInTheMiddleIsEncoded(int rate, int channels) throws Exception {
    String other = "anoisesrc=d=3:a=.3:r=" + rate;
    byte[] one = Files.readAllBytes(made("a.mp3", NOISE, "-b:a", "64k", "-ac", "1"));
    byte[] two =
        Files.readAllBytes(made("b.mp3", other, "-b:a", "64k", "-ac", Integer.toString(channels)));
    Extracted mp3 = run(Files.write(folder.resolve("joined.mp3"), concat(one, two)));
    assertThat(mp3.copied()).isFalse();
    assertThat(mp3.duration().toMillis()).isBetween(6_950L, 7_250L);
  }

  @Test
  void aPageThatCallsItselfMp3IsNeverOneInTheEnd() throws Exception {
    byte[] bytes = Files.readAllBytes(made("a.mkv", NOISE, "-b:a", "96k"));
    byte[] script = ascii("<script>alert(document.cookie)</script>");
    int at = indexOf(bytes, HexFormat.of().parseHex("fffb"), 0);
    while (at >= 0) {
      System.arraycopy(script, 0, bytes, at, script.length);
      at = indexOf(bytes, HexFormat.of().parseHex("fffb"), at);
    }
    Path source = Files.write(folder.resolve("script.mkv"), bytes);
    assertThat(catchThrowableOfType(Refusal.class, () -> run(source)).code())
        .isEqualTo(Code.UNREADABLE_MEDIA);
    assertThat(folder.resolve("out.mp3")).doesNotExist();
  }

  @Test
  void aStreamCutOutOfALongerOneIsKept() throws Exception {
    byte[] all = Files.readAllBytes(made("a.mp3", NOISE, "-b:a", "96k", "-id3v2_version", "0"));
    int frame = indexOf(all, HexFormat.of().parseHex("fffb"), all.length / 2);
    Path source = folder.resolve("tail.mp3");
    Files.write(source, Arrays.copyOfRange(all, frame, all.length));
    Extracted mp3 = run(source);
    assertThat(mp3.copied()).isTrue();
    assertThat(mp3.warnings()).isEmpty();
    assertThat(Media.samples(mp3.file())).isEqualTo(Media.samples(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.mkv"})
  void chaptersStayWhereTheyAre(String name) throws Exception {
    Path meta =
        Files.writeString(
            folder.resolve("meta.txt"),
            """
            ;FFMETADATA1
            [CHAPTER]
            TIMEBASE=1/1000
            START=0
            END=2000
            title=One
            [CHAPTER]
            TIMEBASE=1/1000
            START=2000
            END=4000
            title=Two
            """);
    Extracted mp3 =
        run(made(name, NOISE, "-i", meta.toString(), "-map", "0", "-map_chapters", "1"));
    assertThat(mp3.copied()).isTrue();
    assertThat(
            Media.probeAll(
                    mp3.file(),
                    "-show_entries",
                    "chapter=start_time,end_time",
                    "-of",
                    "csv=p=0:nk=1")
                .lines())
        .containsExactly("0.000000,2.000000", "2.000000,4.000000");
  }

  private Extracted run(Path source) {
    return Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
  }

  private Path made(String name, String audio, String... options) throws Exception {
    Path file = folder.resolve(name);
    Media.ffmpeg(
        Stream.of(
                Stream.of("-f", "lavfi", "-i", audio),
                Stream.of(options),
                Stream.of("-c:a", "libmp3lame"),
                Stream.of(file.toString()))
            .flatMap(each -> each)
            .toArray(String[]::new));
    return file;
  }

  private static void video(Path file) throws Exception {
    String codec = file.toString().endsWith("flv") ? "flv" : "mpeg1video";
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=4:s=160x120:r=25",
        "-f",
        "lavfi",
        "-i",
        NOISE,
        "-c:v",
        codec,
        "-c:a",
        "libmp3lame",
        "-movflags",
        "faststart",
        file.toString());
  }

  private static int indexOf(byte[] in, byte[] what, int from) {
    for (int at = from; at + what.length <= in.length; at++) {
      if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

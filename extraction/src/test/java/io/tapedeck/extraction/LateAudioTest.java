package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.media.Container;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In every container 0 is where the file begins; the MP3 begins where the part's audio begins. */
class LateAudioTest {
  /** 300 Hz for a second, then 600, 900, … */
  private static final String TONES = "aevalsrc=0.4*sin(2*PI*t*300*(1+floor(t))):s=44100:d=";

  /** Without a delay in the file: its muxer cannot write one. */
  private static final List<String> WITHOUT_DELAY = List.of("a.avi", "a.mxf");

  @TempDir Path folder;

  private Path made(String name, String options, int late, int seconds) throws Exception {
    Path file = folder.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of("-f", "lavfi", "-i", "testsrc=d=" + (late + seconds) + ":s=352x288:r=25"));
    command.addAll(List.of("-itsoffset", Integer.toString(late), "-f", "lavfi", "-i"));
    command.addAll(List.of(TONES + seconds, "-map", "0:v", "-map", "1:a"));
    command.addAll(List.of(options.strip().split(" +")));
    command.add(file.toString());
    Media.ffmpeg(command.toArray(String[]::new));
    return file;
  }

  private Extracted converted(Path file, ConversionOptions options) {
    return Media.EXTRACTOR.of(file, options, 1).run(folder.resolve("out.mp3"));
  }

  private static ConversionOptions part(int start, int end) {
    return Options.of()
        .encode()
        .start(Duration.ofSeconds(start))
        .end(Duration.ofSeconds(end))
        .build();
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> containers() {
    return Stream.of(
            "a.mp4, -c:v libx264",
            "fragmented.mp4, -c:v mpeg4 -movflags frag_keyframe+delay_moov",
            "a.mov, -c:v mpeg4 -c:a pcm_s16le",
            "a.mkv, -c:v libx264 -c:a flac",
            "mpeg4.mkv, -c:v mpeg4 -c:a aac",
            "a.webm, -c:v libvpx -c:a libopus",
            "a.flv, -c:v libx264 -c:a aac",
            "a.avi, -c:v mpeg4 -c:a libmp3lame",
            "a.ts, -c:v libx264 -c:a aac",
            "far.ts, -c:v mpeg2video -c:a mp2 -output_ts_offset 1000",
            "far.mkv, -c:v libx264 -c:a aac -output_ts_offset 1000",
            "a.mpg, -c:v mpeg2video -c:a mp2",
            "a.vob, -c:v mpeg2video -c:a ac3",
            "a.ogv, -c:v libtheora -c:a libvorbis",
            "a.mxf, -s 720x576 -c:v mpeg2video -ar 48000 -c:a pcm_s16le",
            "a.nut, -c:v mpeg4 -c:a mp2",
            "a.wmv, -c:v wmv2 -c:a wmav2")
        .flatMap(each ->
            Stream.of(0, 2)
                .map(late -> org.junit.jupiter.params.provider.Arguments.of(each, late)));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void aPartIsCountedFromTheBeginningOfTheFile(String container, int late) throws Exception {
    String name = container.replaceFirst(",.*", "");
    int delay = WITHOUT_DELAY.contains(name) ? 0 : late;
    Path file = made(name, container.replaceFirst(".*, ", ""), late, 7);

    Extracted whole = converted(file, Options.of().encode().build());
    assertThat(whole.duration().toMillis()).isBetween(6_900L, 7_150L);
    if (delay == 0) {
      assertThat(whole.warnings()).isEmpty();
    } else {
      assertThat(whole.warnings())
          .singleElement()
          .asString()
          .matches("the audio begins 00:00:0(1\\.9|2).* into the file, and the MP3 with it");
    }
    assertTones(whole, 0, 7);

    Extracted early = converted(file, part(1, 4));
    assertThat(early.duration().toMillis())
        .isBetween(delay == 0 ? 2_990L : 1_900L, delay == 0 ? 3_010L : 2_120L);
    assertTones(early, Math.max(0, 1 - delay), 4 - delay);

    Extracted middle = converted(file, part(4, 6));
    assertThat(middle.duration().toMillis()).isBetween(1_990L, 2_010L);
    assertThat(middle.warnings()).isEmpty();
    assertTones(middle, 4 - delay, 6 - delay);
  }

  /** The tones of these seconds of the audio. */
  private static void assertTones(Extracted mp3, int from, int to) throws Exception {
    float[] samples = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    for (int second = from; second < to; second++) {
      int begin = (second - from) * rate + rate / 5;
      int expected = 300 * (second + 1) / 2;
      assertThat(crossings(samples, begin, rate / 2))
          .as("second %d of %s", second, mp3)
          .isBetween(expected - 15, expected + 15);
    }
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

  @ParameterizedTest
  @CsvSource({"a.flv, aac", "live.webm, libopus", "sized.webm, libopus"})
  void whereTimesBeginAnewAPartIsCountedThroughAllOfThem(String name, String codec)
      throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 2; i++) {
      List<String> command = new ArrayList<>(List.of("-f", "lavfi", "-i"));
      command.add("sine=d=6:r=48000:f=" + (300 + 300 * i));
      command.addAll(List.of("-ar", name.endsWith("flv") ? "44100" : "48000", "-c:a", codec));
      command.addAll(List.of("-live", "1", "-f", name.endsWith("flv") ? "flv" : "webm"));
      command.add(name.startsWith("live") ? "pipe:1" : folder.resolve("one").toString());
      if (!name.startsWith("live")) {
        command.removeAll(List.of("-live", "1"));
      }
      byte[] piped = Media.ffmpeg(command.toArray(String[]::new));
      byte[] one = name.startsWith("live") ? piped : Files.readAllBytes(folder.resolve("one"));
      int header = name.endsWith("flv") && i > 0 ? 13 : 0; // ffmpeg reads no second one
      all.write(one, header, one.length - header);
    }
    Path file = Files.write(folder.resolve(name), all.toByteArray());
    Extracted mp3 = converted(file, part(5, 8));
    assertThat(mp3.duration().toMillis()).isBetween(2_990L, 3_010L);
    float[] samples = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    assertThat(crossings(samples, rate / 5, rate / 2)).isBetween(145, 155);
    assertThat(crossings(samples, 2 * rate, rate / 2)).isBetween(295, 305);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mkv", "a.mp4"})
  void chaptersKeepTheirDistanceToTheAudio(String name) throws Exception {
    Path chapters =
        Files.writeString(
            folder.resolve("chapters.txt"),
            """
            ;FFMETADATA1
            [CHAPTER]
            TIMEBASE=1/1
            START=0
            END=3
            title=one
            [CHAPTER]
            TIMEBASE=1/1
            START=3
            END=6
            title=two
            [CHAPTER]
            TIMEBASE=1/1
            START=6
            END=9
            title=three
            """);
    Path plain = made("plain.mkv", "-c:v libx264 -c:a aac", 2, 7);
    Path file = folder.resolve(name);
    Media.ffmpeg(
        "-i",
        plain.toString(),
        "-i",
        chapters.toString(),
        "-map_metadata",
        "1",
        "-map",
        "0",
        "-c",
        "copy",
        file.toString());
    assertThat(chapters(converted(file, Options.of().build())))
        .matches(
            "0\\.0+,(0\\.9|1\\.0)\\d+,one\\n(0\\.9|1\\.0)\\d+,(3\\.9|4\\.0)\\d+,two\\n"
                + "(3\\.9|4\\.0)\\d+,(6\\.9|7\\.0)\\d+,three\\n");
    assertThat(chapters(converted(file, part(4, 8))))
        .matches("0\\.0+,2\\.0\\d+,two\\n2\\.0\\d+,(3\\.99|4\\.0)\\d+,three\\n");
    assertThat(chapters(converted(file, part(1, 4))))
        .matches("0\\.0+,(0\\.9|1\\.0)\\d+,one\\n(0\\.9|1\\.0)\\d+,(1\\.9|2\\.0)\\d+,two\\n");
  }

  private static String chapters(Extracted mp3) throws Exception {
    return Media.probeAll(
            mp3.file(),
            "-show_entries",
            "chapter=start_time,end_time:chapter_tags=title",
            "-of",
            "csv=p=0")
        .replace("\r", "");
  }

  @Test
  void aPartBeforeAllAudioIsRefusedAndSaysWhereTheAudioBegins() throws Exception {
    Path file = made("a.mkv", "-c:v libx264 -c:a aac", 2, 3);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> converted(file, Options.of().end(Duration.ofSeconds(1)).build()));
    assertThat(refusal.code()).isEqualTo(Code.NOTHING_IN_RANGE);
    assertThat(refusal.problem().detail())
        .startsWith("the part ends at 00:00:01; the audio begins at 00:00:01.9");
  }

  @Test
  void mp3ThatBeginsLateIsStillCopiedAndToldSo() throws Exception {
    Path file = made("a.mkv", "-c:v libx264 -c:a libmp3lame", 2, 3);
    Extracted mp3 = converted(file, ConversionOptions.DEFAULT);
    assertThat(mp3.copied()).isTrue();
    assertThat(mp3.warnings()).singleElement().asString().contains("the audio begins 00:00:0");
  }

  /** There it is sought: its times tell the place to the millisecond. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aPartOfMatroskaBeyondTenMinutesIsWhereItsTimesSay(int late) throws Exception {
    Path file = folder.resolve("long.mkv");
    String tone = "aevalsrc=0.5*sin(2*PI*440*t)*gte(t\\,%s):s=8000:d=640".formatted(630.5 - late);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=32x32:r=1:d=642",
        "-itsoffset",
        "" + late,
        "-f",
        "lavfi",
        "-i",
        tone,
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "libx264",
        "-c:a",
        "flac",
        "" + file);
    ConversionOptions part = Options.of().start(Duration.ofSeconds(630)).build();
    assertThat(new Arguments(file, Container.of(file), part, Limits.GENEROUS).jumps()).isTrue();

    float[] samples = Media.samples(converted(file, part).file());

    assertThat(Media.firstAbove(samples, 0.1f) / 8000.0).isCloseTo(0.5, within(0.003));
  }

  @Test
  void theLoudnessOfAPartIsThatOfThePart() throws Exception {
    Path file = folder.resolve("a.ts");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=0.9*sin(2*PI*t*440)*if(lt(t\\,10)\\,1\\,0.05):s=48000:d=20",
        "-c:a",
        "mp2",
        file.toString());
    Extracted mp3 =
        converted(file, Options.of().start(Duration.ofSeconds(10)).loudness(-20).build());
    assertThat(Media.loudness(mp3.file())).isBetween(-20.6, -19.4);
  }
}

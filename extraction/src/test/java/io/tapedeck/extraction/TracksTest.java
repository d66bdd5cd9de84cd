package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.Channel;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Track;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of a file's audio tracks is taken. Each track here is a tone: 300 Hz, 700 Hz, 1100 Hz. */
class TracksTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"mkv", "mp4", "mov"})
  void theFlaggedDefaultIsTakenAndNoCommentary(String container) throws Exception {
    Path flagged = file(container, 2, "-disposition:a:0", "0", "-disposition:a:1", "default");
    assertTone(run(flagged, ConversionOptions.DEFAULT), 700);
    Path plain = file(container, 2, "-disposition:a:0", "default", "-disposition:a:1", "0");
    assertTone(run(plain, ConversionOptions.DEFAULT), 300);
    assertTone(run(flagged, track("1")), 300);
  }

  @Test
  void aCommentaryIsTakenOnlyWhereItIsAskedForOrAlone() throws Exception {
    Path file = file("mkv", 2, "-disposition:a:0", "default+comment", "-disposition:a:1", "0");
    assertTone(run(file, ConversionOptions.DEFAULT), 700);
    assertTone(run(file, track("1")), 300);
    assertTone(run(file("mkv", 1, "-disposition:a:0", "comment"), ConversionOptions.DEFAULT), 300);
  }

  @Test
  void theDescriptionForTheBlindInATransportStreamIsNotTheDefault() throws Exception {
    Path file =
        file("ts", 2, "-disposition:a:0", "visual_impaired", "-metadata:s:a:0", "language=eng");
    assertTone(run(file, ConversionOptions.DEFAULT), 700);
  }

  @Test
  void aTrackOfATransportStreamWithoutAPacketIsNotTheDefault() throws Exception {
    byte[] stream = Files.readAllBytes(file("ts", 2));
    ByteArrayOutputStream left = new ByteArrayOutputStream();
    for (int at = 0; at < stream.length; at += 188) {
      int pid = ((stream[at + 1] & 0x1F) << 8) | (stream[at + 2] & 0xFF);
      left.write(stream, at, pid == 0x100 ? 0 : 188);
    }
    Path file = Files.write(folder.resolve("empty.ts"), left.toByteArray());
    assertTone(run(file, ConversionOptions.DEFAULT), 700);
  }

  @ParameterizedTest
  @ValueSource(strings = {"it", "ita", "ITA"})
  void aTrackIsFoundByItsLanguage(String language) throws Exception {
    Path file = file("mkv", 3, "-metadata:s:a:1", "language=ita");
    assertTone(run(file, track(language)), 700);
  }

  @Test
  void aTrackThatIsNotThereIsRefusedWithTheListOfThoseThatAre() throws Exception {
    Path file =
        file(
            "mkv",
            2,
            "-metadata:s:a:0",
            "language=eng",
            "-metadata:s:a:1",
            "language=ger",
            "-metadata:s:a:1",
            "title=The director");
    for (String wish : List.of("ita", "3")) {
      assertThatThrownBy(() -> run(file, track(wish)))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.code()).isEqualTo(Code.TRACK_NOT_FOUND))
          .hasMessageContaining("track " + wish + " was asked for")
          .hasMessageContaining("1: eng flac mono, 2: ger flac mono \"The director\"");
    }
    assertTone(run(file, track("deu")), 700);
  }

  @Test
  void allTracksAreMixedAtTheirOwnTimesToTheLengthOfTheLongest() throws Exception {
    Path file = folder.resolve("late.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.4*sin(6.2832*300*t):d=3:s=44100",
        "-itsoffset",
        "2",
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.3*sin(6.2832*700*t)|.3*sin(6.2832*700*t):d=4:s=48000",
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "flac",
        file.toString());
    for (Channel channel : List.of(Channel.ALL, Channel.MIX, Channel.RIGHT)) {
      Extracted mp3 = run(file, track("mix").withChannel(channel));
      assertThat(mp3.duration().toMillis()).isCloseTo(6_000L, within(60L));
      assertThat(Media.probe(mp3.file(), "stream=sample_rate")).isEqualTo("48000");
      assertThat(level(mp3, 300, 0.5)).isCloseTo(level(mp3, 300, 2.3), within(0.03));
      assertThat(level(mp3, 700, 0.5)).isLessThan(0.02);
      assertThat(level(mp3, 700, 2.3))
          .isCloseTo(level(mp3, 700, 5), within(0.03))
          .isGreaterThan(0.25);
      assertThat(level(mp3, 300, 5)).isLessThan(0.02);
      assertThat(mp3.warnings()).isEmpty();
    }
    Extracted loud = run(file, track("mix").withLoudness(-20));
    assertThat(Media.loudness(loud.file())).isCloseTo(-20, within(0.5));
  }

  @Test
  void aMixThatWouldBeTooLoudIsHeldAndOfOneTrackIsThatTrack() throws Exception {
    List<String> flags = new ArrayList<>();
    Path file = file("mkv", 3, flags.toArray(String[]::new));
    assertThat(Media.peak(run(file, track("mix")).file())).isBetween(0.9, 1.05);
    assertTone(run(file("mp4", 1), track("mix")), 300);
  }

  @Test
  void aSilentTrackIsToldWithTheOthers() throws Exception {
    Path file = folder.resolve("silent.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anullsrc=d=2",
        "-f",
        "lavfi",
        "-i",
        "sine=d=2",
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "flac",
        "-metadata:s:a:1",
        "language=ita",
        file.toString());
    String told = "track 1 is silent; the file also has 2: ita flac mono";
    assertThat(run(file, ConversionOptions.DEFAULT).warnings()).containsExactly(told);
    assertThat(run(file, track("2")).warnings()).isEmpty();
    assertThat(run(file, track("mix")).warnings()).isEmpty();
    assertThat(run(file, track("1").withChannel(Channel.MIX)).warnings()).containsExactly(told);
  }

  @Test
  void theLanguagesOfAllTracksAreToldInTheirOrder() throws Exception {
    Path file =
        file(
            "mkv",
            3,
            "-metadata:s:a:0",
            "language=ita",
            "-metadata:s:a:1",
            "language=und",
            "-metadata:s:a:2",
            "language=../x");
    assertThat(Media.EXTRACTOR.languages(file)).containsExactly("ita", "", "");
    assertThat(Media.EXTRACTOR.languages(file("mp4", 1))).containsExactly("");
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");
    assertThatThrownBy(() -> Media.EXTRACTOR.languages(text)).isInstanceOf(Refusal.class);
  }

  @Test
  void severalFilesAtOnceAreNoOtherThanEachAlone() throws Exception {
    Path flagged = file("mkv", 2, "-disposition:a:0", "0", "-disposition:a:1", "default");
    Path plain = file("mp4", 1);
    List<Extraction> group =
        Media.EXTRACTOR.of(List.of(flagged, plain), ConversionOptions.DEFAULT, 1);
    assertTone(group.get(0).run(folder.resolve("a.mp3")), 700);
    assertTone(group.get(1).run(folder.resolve("b.mp3")), 300);
  }

  private Path file(String container, int tracks, String... flags) throws Exception {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < tracks; i++) {
      arguments.addAll(List.of("-f", "lavfi", "-i"));
      arguments.add("aevalsrc=.6*sin(6.2832*" + (300 + 400 * i) + "*t):d=2:s=44100");
    }
    for (int i = 0; i < tracks; i++) {
      arguments.addAll(List.of("-map", "" + i));
    }
    Path file = folder.resolve(tracks + "-" + List.of(flags).hashCode() + "." + container);
    arguments.addAll(List.of("-c:a", container.equals("mkv") ? "flac" : "aac"));
    arguments.addAll(List.of(flags));
    arguments.add(file.toString());
    Media.ffmpeg(arguments.toArray(String[]::new));
    return file;
  }

  private static ConversionOptions track(String text) {
    return ConversionOptions.DEFAULT.withTrack(Track.ofText(text));
  }

  private Extracted run(Path file, ConversionOptions options) {
    return Media.EXTRACTOR.of(file, options, 1).run(folder.resolve("out.mp3"));
  }

  private static void assertTone(Extracted mp3, int hertz) throws Exception {
    for (int tone : List.of(300, 700, 1_100)) {
      assertThat(level(mp3, tone, 1))
          .as(tone + " Hz")
          .isBetween(tone == hertz ? 0.5 : 0, tone == hertz ? 0.7 : 0.02);
    }
  }

  /** The amplitude of a tone in half a second of the first channel. */
  private static double level(Extracted mp3, int hertz, double from) throws Exception {
    float[] samples = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    double sine = 0;
    double cosine = 0;
    int count = rate / 2;
    for (int i = 0; i < count; i++) {
      double phase = 2 * Math.PI * hertz * i / rate;
      sine += samples[(int) (from * rate) + i] * Math.sin(phase);
      cosine += samples[(int) (from * rate) + i] * Math.cos(phase);
    }
    return 2 * Math.hypot(sine, cosine) / count;
  }
}

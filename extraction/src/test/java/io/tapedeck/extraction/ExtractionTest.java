package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.ConversionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractionTest {
  @TempDir Path folder;

  @Test
  void soundOfAVideoBecomesAnMp3OfItsLengthAndRate() throws Exception {
    Path video = Media.video(folder, "clip.mp4", "sine=440:duration=3:sample_rate=44100", "aac");
    Extracted mp3 = run(video, ConversionOptions.DEFAULT);
    assertThat(mp3.duration()).isBetween(Duration.ofMillis(2990), Duration.ofMillis(3030));
    assertThat(Media.probe(mp3.file(), "format=format_name")).isEqualTo("mp3");
    assertThat(Media.probe(mp3.file(), "stream=sample_rate")).isEqualTo("44100");
    assertThat(mp3.size()).isEqualTo(Files.size(mp3.file()));
    assertThat(mp3.sha256()).isEqualTo(Media.sha256(mp3.file()));
    CRC32 crc32 = new CRC32();
    crc32.update(Files.readAllBytes(mp3.file()));
    assertThat(mp3.crc32()).isEqualTo(crc32.getValue());
    assertThat(mp3.copied()).isFalse();
    assertThat(mp3.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {8000, 11025, 16000, 22050, 32000, 48000, 96000, 192000})
  void ratesMp3DoesNotKnowBecomeTheNearest(int rate) throws Exception {
    Path audio = folder.resolve("in.wav");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=300:duration=1:sample_rate=" + rate, audio.toString());
    Extracted mp3 = run(audio, ConversionOptions.DEFAULT);
    assertThat(Media.probe(mp3.file(), "stream=sample_rate"))
        .isEqualTo("" + Math.min(rate, 48_000));
    assertThat(mp3.duration().toMillis()).isBetween(999L, 1001L);
  }

  @Test
  void surroundBecomesStereoAndMonoStaysMono() throws Exception {
    Path surround = folder.resolve("six.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.1*sin(400*t)|0|0|0|0|0:c=5.1:d=1",
        "-c:a",
        "flac",
        surround.toString());
    assertThat(Media.probe(run(surround, ConversionOptions.DEFAULT).file(), "stream=channels"))
        .isEqualTo("2");
    Path mono = folder.resolve("one.wav");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", mono.toString());
    assertThat(Media.probe(run(mono, ConversionOptions.DEFAULT).file(), "stream=channels"))
        .isEqualTo("1");
  }

  @Test
  void loudSurroundIsMixedDownWithoutClippingAndQuietSurroundUnchanged() throws Exception {
    Path loud = folder.resolve("loud.mkv");
    String six = "%1$s|%1$s|%1$s|0|%1$s|%1$s:c=5.1:d=2";
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=" + six.formatted(".9*sin(3000*t)"),
        "-c:a",
        "flac",
        loud.toString());
    Extracted held = run(loud, ConversionOptions.DEFAULT);
    assertThat(Media.peak(held.file())).isBetween(0.9, 1.05);
    assertThat(held.duration().toMillis()).isBetween(1999L, 2001L);
    Path quiet = folder.resolve("quiet.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=" + six.formatted(".1*sin(3000*t)"),
        "-c:a",
        "flac",
        quiet.toString());
    assertThat(Media.peak(run(quiet, ConversionOptions.DEFAULT).file()))
        .isCloseTo(0.1 * (1 + Math.sqrt(2)), within(0.01));
  }

  @Test
  void progressIsKnownWhereTheHeaderDoesNotTellTheLength() throws Exception {
    assertThat(furthestBeforeTheEnd(live())).isGreaterThan(0.01);
  }

  @Test
  void progressIsKnownTooWhereTheFolderIsASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), live().getParent());
    assertThat(furthestBeforeTheEnd(link.resolve("live.mkv"))).isGreaterThan(0.01);
  }

  private Path live() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fdinfo")));
    Path stream = Files.createDirectory(folder.resolve("there")).resolve("live.mkv");
    return Files.write(
        stream,
        Media.ffmpeg(
            "-f", "lavfi", "-i", "anoisesrc=d=60", "-c:a", "flac", "-f", "matroska", "pipe:1"));
  }

  private double furthestBeforeTheEnd(Path file) {
    Extraction extraction = Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1);
    Thread running = Thread.ofVirtual().start(() -> extraction.run(folder.resolve("out.mp3")));
    double most = 0;
    while (running.isAlive()) {
      double now = extraction.progress().fraction();
      most = now < 1 ? Math.max(most, now) : most;
    }
    return most;
  }

  @Test
  void monoIsTheMeanOfBothSidesAndDoesNotClip() throws Exception {
    Path stereo = folder.resolve("loud.wav");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.95*sin(2000*t)|.95*sin(2000*t):d=2",
        "-c:a",
        "pcm_f32le",
        stereo.toString());
    Extracted mp3 = run(stereo, Options.of().mono().build());
    assertThat(Media.probe(mp3.file(), "stream=channels")).isEqualTo("1");
    assertThat(Media.peak(mp3.file())).isCloseTo(0.95, within(0.03));
  }

  @Test
  void startAndEndCutExactly() throws Exception {
    // A click each full second, so that a cut can be seen to the sample.
    Path video =
        Media.video(folder, "clicks.mkv", "aevalsrc='if(lt(mod(t,1),0.001),0.9,0)':d=20", "flac");
    Extracted mp3 =
        run(
            video,
            Options.of().start(Duration.ofMillis(7_750)).end(Duration.ofSeconds(10)).build());
    assertThat(mp3.duration().toMillis()).isCloseTo(2_250L, within(1L));
    float[] samples = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    assertThat(Media.firstAbove(samples, 0.4f) / (double) rate).isCloseTo(0.25, within(0.001));
  }

  @Test
  void aPartOfAnAacVideoIsTheSamePartOfTheWhole() throws Exception {
    Path video = Media.video(folder, "noise.mp4", "aevalsrc=.4*sin(200*t*t):d=12:s=44100", "aac");
    float[] whole = Media.samples(run(video, ConversionOptions.DEFAULT).file());
    float[] part =
        Media.samples(
            run(
                    video,
                    Options.of().start(Duration.ofSeconds(8)).end(Duration.ofSeconds(10)).build())
                .file());
    assertThat(part.length).isEqualTo(2 * 44_100);
    assertThat(Media.likeness(whole, 8 * 44_100 + 22_050, part, 22_050, 44_100))
        .isGreaterThan(0.999);
  }

  @Test
  void theChosenTrackIsTheOneThatIsConverted() throws Exception {
    Path two = folder.resolve("two.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-f",
        "lavfi",
        "-i",
        "sine=d=2",
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "libopus",
        two.toString());
    assertThat(run(two, ConversionOptions.DEFAULT).duration().toMillis()).isBetween(990L, 1030L);
    assertThat(run(two, Options.of().track(2).build()).duration().toMillis())
        .isBetween(1990L, 2030L);
  }

  @Test
  void soundThatBeginsLaterThanThePicturesIsNotLengthened() throws Exception {
    Path video = folder.resolve("late.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=d=4:s=32x32:r=5",
        "-itsoffset",
        "1.5",
        "-f",
        "lavfi",
        "-i",
        "sine=d=2",
        "-c:v",
        "mjpeg",
        "-c:a",
        "flac",
        video.toString());
    assertThat(run(video, ConversionOptions.DEFAULT).duration().toMillis()).isBetween(1995L, 2005L);
  }

  @Test
  void aHoleInTheSoundIsFilledWithSilenceAndTold() throws Exception {
    Path video = folder.resolve("hole.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=6",
        "-af",
        "aselect='not(between(t,2,3.5))'",
        "-c:a",
        "flac",
        video.toString());
    Extracted mp3 = run(video, ConversionOptions.DEFAULT);
    assertThat(mp3.duration().toMillis()).isCloseTo(6000L, within(50L));
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the source has no audio from 00:00:0[12].* to 00:00:03.*");
  }

  @Test
  void aHoleIsToldWhereItIsInTheFileAlsoOfAPartAndBehindLateAudio() throws Exception {
    Path video = folder.resolve("late.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=d=12:s=32x32:r=5",
        "-itsoffset",
        "1.5",
        "-f",
        "lavfi",
        "-i",
        "sine=d=10:r=48000",
        "-af",
        "aselect='not(between(t,5.5,7.5))'",
        "-c:v",
        "mjpeg",
        "-c:a",
        "flac",
        video.toString());
    String told = "the source has no audio from 00:00:05\\.[56].* to 00:00:07\\.[56].*";
    for (int start : List.of(0, 1, 4)) {
      Extracted mp3 = run(video, Options.of().start(Duration.ofSeconds(start)).build());
      assertThat(mp3.warnings()).last().asString().matches(told);
      assertThat(mp3.warnings().subList(0, mp3.warnings().size() - 1))
          .isEqualTo(
              start < 1.5
                  ? List.of("the audio begins 00:00:01.500 into the file, and the MP3 with it")
                  : List.of());
      assertThat(mp3.duration().toMillis())
          .isCloseTo((long) (11_500 - Math.max(1.5, start) * 1000), within(50L));
    }
  }

  @Test
  void loudnessIsBroughtToTheTargetWithoutHighPeaks() throws Exception {
    Path quiet = Media.video(folder, "quiet.mp4", "anoisesrc=d=8:a=.02:c=pink", "aac");
    Extracted mp3 = run(quiet, Options.of().loudness(-16).build());
    assertThat(Media.loudness(mp3.file())).isCloseTo(-16, within(0.5));
    Path peaky =
        Media.video(
            folder,
            "peaky.mkv",
            "aevalsrc='.02*sin(900*t)+if(lt(mod(t,1),.002),.9*sin(9000*t),0)':d=8",
            "flac");
    Extracted held = run(peaky, Options.of().loudness(-16).build());
    assertThat(Media.loudness(held.file())).isBetween(-30.0, -16.0);
    assertThat(Media.peak(held.file())).isLessThan(1.0);
  }

  @ParameterizedTest
  @CsvSource({"96000, 1", "88200, 2", "96000, 6", "192000, 6", "11000, 2"})
  void ratesMp3DoesNotKnowDoNotHinderFilters(int rate, int channels) throws Exception {
    Path high = folder.resolve("high.flac");
    String noise = "anoisesrc=d=6:a=.02:c=pink:r=" + rate;
    Media.ffmpeg("-f", "lavfi", "-i", noise, "-ac", "" + channels, high.toString());
    assertThat(run(high, ConversionOptions.DEFAULT).duration().toMillis()).isBetween(5990L, 6010L);
    Extracted mp3 = run(high, Options.of().loudness(-18).build());
    assertThat(Media.loudness(mp3.file())).isCloseTo(-18, within(0.5));
    assertThat(Media.probe(mp3.file(), "stream=sample_rate"))
        .isEqualTo(rate == 11_000 ? "11025" : "48000");
  }

  @Test
  void surroundIsBroughtToTheTargetToo() throws Exception {
    Path film = folder.resolve("film.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anoisesrc=d=6:a=.02",
        "-af",
        "aformat=channel_layouts=mono," + "pan=5.1|c0=c0|c1=.7*c0|c2=.5*c0|c4=.2*c0|c5=.2*c0",
        "-c:a",
        "ac3",
        film.toString());
    Extracted mp3 = run(film, Options.of().loudness(-18).build());
    assertThat(Media.loudness(mp3.file())).isCloseTo(-18, within(0.5));
    assertThat(Media.probe(mp3.file(), "stream=channels")).isEqualTo("2");
  }

  @Test
  void silenceIsLeftAsItIsWhateverTheTarget() throws Exception {
    Path silent = Media.video(folder, "silent.mp4", "anullsrc=d=2", "aac");
    Extracted mp3 = run(silent, Options.of().loudness(-16).build());
    assertThat(mp3.loudness()).isEmpty();
    assertThat(Media.peak(mp3.file())).isZero();
  }

  @Test
  void moreThreadsMakeTheSameBytes() throws Exception {
    Path video = Media.video(folder, "clip.mp4", "anoisesrc=d=5:seed=3", "aac");
    Path out = folder.resolve("out.mp3");
    List<String> digests =
        Stream.of(1, 2, 3)
            .map(n -> Media.EXTRACTOR.of(video, ConversionOptions.DEFAULT, n).run(out).sha256())
            .toList();
    assertThat(digests).allMatch(digests.getFirst()::equals);
  }

  @Test
  void nothingIsLeftBesideTheResult() throws Exception {
    Path video = Media.video(folder, "clip.mp4", "sine=d=1", "aac");
    Path out = Files.createDirectory(folder.resolve("out"));
    Media.EXTRACTOR.of(video, ConversionOptions.DEFAULT, 1).run(out.resolve("a.mp3"));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).containsExactly(out.resolve("a.mp3"));
    }
  }

  @Test
  void namesThatLookLikeOptionsAreOnlyNames() throws Exception {
    for (String name :
        List.of("-i.mp4", "concat:a|b.mp4", "%d.mp4", "a'b\"c d;$(x).mp4", "é♪.mp4")) {
      Path video = Media.video(folder, "plain.mp4", "sine=d=1", "aac");
      Path odd = Files.move(video, folder.resolve(name));
      assertThat(run(odd, ConversionOptions.DEFAULT).duration().toMillis()).isGreaterThan(990);
    }
  }

  private Extracted run(Path source, ConversionOptions options) {
    return Media.EXTRACTOR.of(source, options, 2).run(folder.resolve("out.mp3"));
  }
}

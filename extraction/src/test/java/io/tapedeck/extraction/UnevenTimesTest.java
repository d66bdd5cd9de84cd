package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.ConversionOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose timestamps are wrong while their audio is whole, as ffmpeg itself reads it. */
class UnevenTimesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mp4 | N", // all share some moments
        "mp4 | floor(N/9)*9*1024", // bursts
        "mp4 | floor(N/150)*150*1024",
        "mkv | PTS+floor(random(0)*150)", // jitter
        "mkv | PTS+floor(random(0)*500)",
        "mkv | floor(PTS*1.01)", // clocks that are off
        "mkv | floor(PTS*0.99)",
        "flv | PTS+floor(N/100)*55", // segments 55 ms apart
        "mkv | PTS+if(eq(N\\,200)\\,40000\\,0)", // one that is wrong
        "mp4 | mod(N\\,300)*1024", // begins anew
        "mkv | mod(N\\,300)*21",
      })
  void wrongTimesLeaveNoHole(String kind, String times) throws Exception {
    Path file = folder.resolve("uneven." + kind);
    Media.ffmpeg(
        "-i", chirp("aac.mp4", "aac"), "-c", "copy", "-bsf:a", "setts=ts=" + times, "" + file);
    assertThat(sameAsFfmpeg(file).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"flv,aac,3", "webm,libopus,2", "mkv,aac,2", "ts,aac,3", "aac,aac,3"})
  void filesPutBehindEachOtherAllCome(String kind, String codec, int parts) throws Exception {
    // Of Matroska ffmpeg reads a second segment and none behind it.
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int part = 1; part <= parts; part++) {
      Path one = folder.resolve(part + "." + kind);
      Media.ffmpeg("-f", "lavfi", "-i", sine(300 * part, 4 + part), "-c:a", codec, "" + one);
      byte[] bytes = Files.readAllBytes(one);
      int head = kind.equals("flv") && part > 1 ? 13 : 0; // ffmpeg stops at a second header
      all.write(bytes, head, bytes.length - head);
    }
    Path file = Files.write(folder.resolve("all." + kind), all.toByteArray());
    long seconds = parts == 3 ? 5 + 6 + 7 : 5 + 6;
    assertThat(sameAsFfmpeg(file).duration().toMillis()).isCloseTo(1000 * seconds, within(200L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"44100,22050", "22050,44100", "48000,8000", "16000,48000"})
  void bareAudioMayChangeItsRate(String rates) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String rate : (rates + "," + rates).split(",", -1)) {
      Path one = folder.resolve("one.aac");
      Media.ffmpeg("-f", "lavfi", "-i", "sine=500:d=5:r=" + rate, "-c:a", "aac", "" + one);
      all.write(Files.readAllBytes(one));
    }
    sameAsFfmpeg(Files.write(folder.resolve("all.aac"), all.toByteArray()));
  }

  @Test
  void theClockOfATransportStreamMayWrap() throws Exception {
    Path file = folder.resolve("wrap.ts");
    Media.ffmpeg(
        "-i", chirp("c.mp4", "aac"), "-c", "copy", "-output_ts_offset", "95435", "" + file);
    assertThat(sameAsFfmpeg(file).warnings()).isEmpty();
  }

  @Test
  void aHoleIsKeptAndToldWhereItIsThoughPacketsComeInBursts() throws Exception {
    Path file = folder.resolve("hole.mp4");
    String times = "floor(N/20)*20*1024+if(gte(N\\,400)\\,48000*5\\,0)";
    Media.ffmpeg(
        "-i", chirp("c.mp4", "aac"), "-c", "copy", "-bsf:a", "setts=ts=" + times, "" + file);
    Extracted mp3 = run(file);
    assertThat(mp3.duration().toMillis()).isCloseTo(25_000, within(50L));
    assertThat(mp3.warnings())
        .singleElement()
        .asString()
        .matches("the source has no audio from 00:00:08\\.5.* to 00:00:13\\.5.*");
    float[] samples = Media.samples(mp3.file());
    float[] whole = Media.samples(folder.resolve("c.mp4"));
    assertThat(bestLikeness(whole, 12 * 48_000, samples, 17 * 48_000)).isGreaterThan(0.99);
  }

  @Test
  void aClockThatIsNotablyOffIsTold() throws Exception {
    Path file = folder.resolve("clock.mkv");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        sine(440, 120),
        "-c:a",
        "aac",
        "-bsf:a",
        "setts=ts=floor(PTS*1.02)",
        "" + file);
    assertThat(sameAsFfmpeg(file).warnings())
        .singleElement()
        .asString()
        .startsWith("the times of the file run ahead of its audio, at the end by 00:00:02.3");
  }

  @Test
  void filesTakenTogetherAreLaidOutTheSame() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String times : List.of("N", "floor(N/9)*9*1024", "mod(N\\,300)*1024")) {
      Path file = folder.resolve(files.size() + ".mp4");
      Media.ffmpeg(
          "-i", chirp("c.mp4", "aac"), "-c", "copy", "-bsf:a", "setts=ts=" + times, "" + file);
      files.add(file);
    }
    for (Extraction one : Media.EXTRACTOR.of(files, ConversionOptions.DEFAULT, 1)) {
      Extracted mp3 = one.run(folder.resolve("out.mp3"));
      assertThat(mp3.duration().toMillis()).isCloseTo(20_000, within(50L));
      assertThat(mp3.warnings()).isEmpty();
    }
  }

  private Extracted sameAsFfmpeg(Path file) throws Exception {
    Extracted mp3 = run(file);
    float[] ours = Media.samples(mp3.file());
    int rate = Integer.parseInt(Media.probe(mp3.file(), "stream=sample_rate"));
    float[] theirs = decoded(file, rate);
    assertThat(ours.length).isCloseTo(theirs.length, within(rate / 20));
    assertThat(mp3.duration().toMillis()).isCloseTo(1000L * theirs.length / rate, within(50L));
    for (int at = rate; at + 2 * rate < ours.length; at += 2 * rate) {
      assertThat(bestLikeness(theirs, at, ours, at)).as("at %s s", at / rate).isGreaterThan(0.97);
    }
    return mp3;
  }

  /** What ffmpeg gives for it, at the rate of the MP3. */
  private static float[] decoded(Path file, int rate) throws Exception {
    Path wav = file.resolveSibling("decoded.wav");
    Media.ffmpeg("-i", "" + file, "-ac", "1", "-ar", "" + rate, "-c:a", "pcm_f32le", "" + wav);
    return Media.samples(wav);
  }

  /** Correlation of half a second where it fits best, at most 20 ms from where it should be. */
  private static double bestLikeness(float[] a, int fromA, float[] b, int fromB) {
    double best = -1;
    for (int shift = -960; shift <= 960; shift += 2) {
      if (fromB + shift >= 0 && fromB + shift + 24_000 <= b.length && fromA + 24_000 <= a.length) {
        best = Math.max(best, Media.likeness(a, fromA, b, fromB + shift, 24_000));
      }
    }
    return best;
  }

  /** Twenty seconds in which no moment is like another. */
  private String chirp(String name, String codec) throws IOException, InterruptedException {
    Path file = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "aevalsrc=.4*sin(500*t+60*t*t):d=20:s=48000",
        "-c:a",
        codec,
        "" + file);
    return "" + file;
  }

  private static String sine(int hertz, int seconds) {
    return "sine=" + hertz + ":d=" + seconds + ":r=48000";
  }

  private Extracted run(Path source) {
    return Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 2).run(folder.resolve("out.mp3"));
  }
}

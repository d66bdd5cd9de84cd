package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.ConversionOptions;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams whose channels or rate change in the middle, such as advertisements before a film. */
class ChangingFormatTest {
  private static final String MONO = "aevalsrc=.3*sin(3000*t):d=3:s=48000";
  private static final String STEREO = "aevalsrc=.4*sin(3000*t)|.2*sin(5000*t):d=3:s=48000";
  private static final String LOUD = "aevalsrc=%1$s|%1$s|%1$s|0|%1$s|%1$s:c=5.1:d=3:s=48000";
  private static final String SURROUND = LOUD.formatted(".9*sin(3000*t)");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"ts, ac3", "ts, aac", "ac3, ac3", "aac, aac", "mpg, ac3", "mp4, ac3", "mkv, ac3"})
  void stereoThatTurnsIntoSurroundDoesNotClip(String container, String codec) throws Exception {
    Path file = joined(container, codec, STEREO, SURROUND);
    Extracted mp3 = run(file, ConversionOptions.DEFAULT);
    assertThat(Media.peak(mp3.file())).isBetween(0.9, 1.05);
    assertThat(loudness(mp3, 0.5, 2.5)).isCloseTo(loudness(STEREO, codec), within(0.3));
    assertThat(mp3.duration().toMillis()).isBetween(5_900L, 6_200L);
    assertThat(mp3.warnings()).isEmpty();
  }

  @Test
  void monoThatTurnsIntoSurroundDoesNotClipAndIsMonoNoMore() throws Exception {
    Extracted mp3 = run(joined("ts", "ac3", MONO, SURROUND, MONO), ConversionOptions.DEFAULT);
    assertThat(Media.peak(mp3.file())).isBetween(0.9, 1.05);
    assertThat(Media.probe(mp3.file(), "stream=channels")).isEqualTo("2");
    assertThat(mp3.duration().toMillis()).isBetween(8_900L, 9_300L);
  }

  @Test
  void whatIsSurroundFromItsStartIsHeldWhereItTurnsIntoStereo() throws Exception {
    Extracted mp3 = run(joined("ts", "ac3", SURROUND, STEREO), ConversionOptions.DEFAULT);
    assertThat(Media.peak(mp3.file())).isBetween(0.9, 1.05);
    assertThat(loudness(mp3, 3.5, 5.5)).isCloseTo(loudness(STEREO, "ac3"), within(0.3));
  }

  @Test
  void stereoBehindMonoStaysStereo() throws Exception {
    Extracted mp3 = run(joined("ts", "ac3", MONO, STEREO), ConversionOptions.DEFAULT);
    assertThat(largest(mp3, "c1")).as("the right channel alone").isBetween(5_500, 7_500);
    assertThat(largest(mp3, "c0-c1")).isGreaterThan(15_000);
  }

  @ParameterizedTest
  @CsvSource({"aac, 22050, 14000", "ac3, 32000, 17000"})
  void aHigherRateInTheMiddleIsKept(String codec, int rate, int tone) throws Exception {
    String slow = "aevalsrc=.3*sin(3000*t):d=3:s=" + rate;
    String fast = "aevalsrc=.3*sin(6.2832*" + tone + "*t):d=3:s=48000";
    Extracted mp3 = run(joined("ts", codec, slow, fast), ConversionOptions.DEFAULT);
    assertThat(Media.probe(mp3.file(), "stream=sample_rate")).isEqualTo("48000");
    assertThat(loudness(mp3, 3.5, 5.5)).isGreaterThan(-20);
  }

  @Test
  void loudnessIsMeasuredOverAllParts() throws Exception {
    String quiet = LOUD.formatted(".02*sin(3000*t)");
    for (List<String> parts : List.of(List.of(STEREO, quiet), List.of(quiet, STEREO))) {
      Path file = joined("ts", "ac3", parts.toArray(String[]::new));
      Extracted mp3 = run(file, Options.of().loudness(-20).build());
      assertThat(Media.loudness(mp3.file())).isCloseTo(-20, within(0.5));
    }
  }

  @Test
  void severalFilesAtOnceAreNoOtherThanEachAlone() throws Exception {
    Path changing = joined("ts", "ac3", STEREO, SURROUND);
    Path plain = folder.resolve("plain.wav");
    Media.ffmpeg("-f", "lavfi", "-i", STEREO, plain.toString());
    List<Path> both = List.of(changing, plain);
    assertThat(new BatchDecoder(Media.EXTRACTOR, ConversionOptions.DEFAULT).decode(both))
        .as("a group of one is decoded alone")
        .containsOnlyKeys(plain);
    Extraction first = Media.EXTRACTOR.of(both, ConversionOptions.DEFAULT, 1).getFirst();
    assertThat(Media.peak(first.run(folder.resolve("a.mp3")).file())).isBetween(0.9, 1.05);
  }

  /** Several parts one after the other, in a container that the file's name tells. */
  private Path joined(String container, String codec, String... parts) throws Exception {
    boolean bare = container.equals(codec);
    String kind = bare ? codec : "ts";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    double at = 0;
    for (String part : parts) {
      Path piece = folder.resolve("part." + (kind.equals("aac") ? "aac" : kind));
      Media.ffmpeg(
          "-f",
          "lavfi",
          "-i",
          part,
          "-c:a",
          codec,
          "-output_ts_offset",
          "" + at,
          "-f",
          kind.equals("ts") ? "mpegts" : kind.equals("aac") ? "adts" : kind,
          piece.toString());
      all.write(Files.readAllBytes(piece));
      at += 3;
    }
    Path file = folder.resolve("joined." + (bare ? codec : container));
    if (bare || container.equals("ts")) {
      return Files.write(file, all.toByteArray());
    }
    Path whole = Files.write(folder.resolve("whole." + kind), all.toByteArray());
    Media.ffmpeg("-i", whole.toString(), "-c", "copy", file.toString());
    return file;
  }

  private double loudness(String source, String codec) throws Exception {
    Path alone = folder.resolve("alone." + codec);
    Media.ffmpeg("-f", "lavfi", "-i", source, "-c:a", codec, alone.toString());
    return Media.loudness(alone);
  }

  private double loudness(Extracted mp3, double from, double to) throws Exception {
    Path part = folder.resolve("stretch.wav");
    Media.ffmpeg("-i", mp3.file().toString(), "-ss", "" + from, "-to", "" + to, part.toString());
    return Media.loudness(part);
  }

  /** The largest 16-bit sample from the fourth second on. */
  private static int largest(Extracted mp3, String channels) throws Exception {
    String mix = "pan=mono|c0=" + channels;
    byte[] samples =
        Media.ffmpeg("-ss", "4", "-i", mp3.file().toString(), "-af", mix, "-f", "s16le", "pipe:1");
    int largest = 0;
    for (int i = 0; i + 1 < samples.length; i += 2) {
      largest = Math.max(largest, Math.abs((short) ((samples[i] & 255) | (samples[i + 1] << 8))));
    }
    return largest;
  }

  private Extracted run(Path file, ConversionOptions options) {
    return Media.EXTRACTOR.of(file, options, 1).run(folder.resolve("out.mp3"));
  }
}

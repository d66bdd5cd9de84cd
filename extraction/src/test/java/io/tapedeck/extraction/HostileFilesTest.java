package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.BatchLog;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.BareMp3;
import io.tapedeck.media.Container;
import io.tapedeck.media.Truncation;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were made to hurt: they become an MP3 or a refusal, and never anything else. */
class HostileFilesTest {
  private static final byte[] ID3 = {'I', 'D', '3', 4, 0, 0};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 30_000, Long.MIN_VALUE, -1, 0, 1, 16})
  void aBoxOfAnySizeBehindTheAudioDoesNoHarm(long size) throws Exception {
    byte[] audio = Files.readAllBytes(sine("a.mp4", "aac"));
    byte[] box = {0, 0, 0, 1, 'f', 'r', 'e', 'e'};
    ByteBuffer all = ByteBuffer.allocate(audio.length + 16).put(audio).put(box).putLong(size);
    Extracted made = run(Files.write(folder.resolve("box.mp4"), all.array()));
    assertThat(made.duration().toMillis()).isBetween(2990L, 3050L);
    assertThat(made.warnings()).noneMatch(warning -> warning.contains("ends early"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0x80808080, 0x7F7F7F7F, 0xFF, 0})
  void anId3HeaderOfAnySizeDoesNoHarm(int size) throws Exception {
    byte[] frames = Files.readAllBytes(sine("a.mp3", "libmp3lame", "-id3v2_version", "0"));
    ByteBuffer all = ByteBuffer.allocate(10 + frames.length).put(ID3).putInt(size).put(frames);
    Path file = Files.write(folder.resolve("id3.mp3"), all.array());
    Throwable thrown = catchThrowableOfType(Throwable.class, () -> run(file));
    assertThat(thrown == null || thrown instanceof Refusal).as("%s", thrown).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aac", "libmp3lame"})
  void aChapterBeyondTheAudioEndsWithIt(String codec) throws Exception {
    Path meta =
        Files.writeString(
            folder.resolve("meta.txt"),
            ";FFMETADATA1\n"
                + chapter(0, 2_000, "One")
                + chapter(2_000, 8_640_000_000L, "Two")
                + chapter(8_640_000_000L, 8_650_000_000L, "Three"));
    Path file = folder.resolve("a.mkv");
    Media.ffmpeg(
        "-f", "lavfi", "-i", "sine=d=3", "-i", meta.toString(), "-c:a", codec, file.toString());
    Extracted made = run(file);
    assertThat(made.copied()).isEqualTo(codec.equals("libmp3lame"));
    List<String> ends =
        Media.probeAll(made.file(), "-show_entries", "chapter=end_time", "-of", "csv=p=0")
            .lines()
            .toList();
    assertThat(ends).hasSize(3);
    assertThat(ends).allMatch(end -> Double.parseDouble(end.replaceAll("[^0-9.]", "")) < 3.1);
  }

  private static String chapter(long start, long end, String title) {
    return "[CHAPTER]\nTIMEBASE=1/1000\nSTART=%d\nEND=%d\ntitle=%s\n".formatted(start, end, title);
  }

  @Test
  void silenceThatIsClaimedByTheTimesOfFewPacketsIsRefused() throws Exception {
    Path stretched = stretched(5_000);
    assertThat(Files.size(stretched)).isLessThan(3_000);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> run(stretched));
    assertThat(refusal.code()).isEqualTo(Code.IMPLAUSIBLE_LENGTH);
    assertThat(refusal.problem().detail()).contains(Files.size(stretched) + " bytes claim");
  }

  @Test
  void silenceBetweenPacketsOfAShortRecordingIsKept() throws Exception {
    assertThat(run(stretched(50)).duration()).isGreaterThan(Duration.ofSeconds(80));
  }

  /** Two seconds of digital silence whose packets lie so many times as far apart. */
  private Path stretched(int times) throws Exception {
    Path file = folder.resolve("gaps.mkv");
    String stretch = "setts=ts=TS*" + times;
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "anullsrc=d=2:r=48000",
        "-c:a",
        "flac",
        "-bsf:a",
        stretch,
        file.toString());
    return file;
  }

  @Test
  void longSilenceThatIsReallyThereIsBelieved() {
    Duration hours = Duration.ofHours(3);
    new AudioBudget(hours.toSeconds() * 14).check(hours, Duration.ZERO); // FLAC's longest blocks
    new AudioBudget(hours.toSeconds() * 200).check(hours, hours); // pictures and no audio at all
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> new AudioBudget(1_145).check(hours, Duration.ZERO));
    assertThat(refusal.code()).isEqualTo(Code.IMPLAUSIBLE_LENGTH);
  }

  @Test
  void whatOnlyCallsItselfMp3IsNotCopied() throws Exception {
    Path file = folder.resolve("names.mp4");
    String key =
        "x\n[info]   Stream #0:0: Audio: mp3, 44100 Hz, mono\n[info]   Stream #0:0 -> #0:0 (copy)\nz";
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
        "-c:a",
        "aac",
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        key + "=1",
        file.toString());
    Extracted made = run(file);
    assertThat(made.copied()).isFalse();
    assertThat(made.duration().toMillis()).isBetween(2990L, 3050L);
  }

  @Test
  void framesThatAreNoneAreNotKeptAndAreTold() throws Exception {
    byte[] all = Files.readAllBytes(sine("a.mkv", "libmp3lame", "-b:a", "64k"));
    int frames = 0;
    for (int i = 1_000; i < all.length - 1; i++) {
      if (all[i] == (byte) 0xFF && all[i + 1] == (byte) 0xFB && frames++ % 10 == 5) {
        all[i] = 0;
      }
    }
    assertThat(frames).isGreaterThan(100);
    Extracted made = run(Files.write(folder.resolve("bent.mkv"), all));
    assertThat(made.copied()).isFalse();
    assertThat(made.warnings())
        .satisfiesExactly(
            damage -> assertThat(damage).matches("the audio is damaged at 00:00:00.*"),
            pieces -> assertThat(pieces).contains("short pieces of the audio are missing"));
    assertThat(made.duration().toMillis()).isBetween(2_500L, 3_050L);
  }

  @Test
  void bentFilesNeverThrowAnythingButARefusal() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the bent files: " + seed);
    Random random = new Random(seed);
    for (String name : List.of("a.mp4", "a.mp3", "a.avi", "a.flv", "a.wav", "a.mkv")) {
      byte[] good = Files.readAllBytes(sine(name, name.endsWith("wav") ? "pcm_s16le" : "mp3"));
      Container container = Container.of(good);
      for (int round = 0; round < 200; round++) {
        byte[] bent = good.clone();
        for (int i = 0; i < 1 + round % 30; i++) {
          int most = i % 2 == 0 ? 200 : bent.length;
          bent[random.nextInt(most)] = (byte) (i % 3 == 0 ? 0xFF : random.nextInt());
        }
        Path file = Files.write(folder.resolve("bent"), bent);
        assertThat(Truncation.isCutOff(file, container)).as("seed %d", seed).isIn(true, false);
        assertThat(blocksOf(file)).as("seed %d", seed).isLessThan(100_000);
        assertThat(catchThrowableOfType(Throwable.class, () -> Container.of(bent)))
            .as("seed %d", seed)
            .satisfiesAnyOf(
                thrown -> assertThat(thrown).isNull(),
                thrown -> assertThat(thrown).isInstanceOf(Refusal.class));
      }
    }
  }

  private static int blocksOf(Path file) throws Exception {
    int blocks = 0;
    try (BareMp3 frames = Mp3Copier.bare(file)) {
      while (frames.next()) {
        blocks++;
      }
    }
    return blocks;
  }

  /** Text of the file can stand among the child's lines; a reader that dies stops the child. */
  @Test
  void whateverAChildSaysIsReadToItsEnd() {
    long seed = System.nanoTime();
    System.out.println("seed of the lines: " + seed);
    Random random = new Random(seed);
    List<String> lines =
        List.of(
            "[info] Input #7, mov, from 'x':",
            "[info]   Duration: 99999999:00:00.00, start: 0",
            "[info]   Stream #0:99999999999: Audio: mp3, 1 Hz",
            "[info]   Stream #99999999999:0 -> #0:0 (copy)",
            "    I:         -1.2.3 LUFS",
            "    Peak:      ....... dBFS",
            "[error] ffmpeg version 99999999999.1",
            "[info]     Chapter #9:1: start 1");
    for (int round = 0; round < 2_000; round++) {
      StringBuilder line = new StringBuilder(lines.get(random.nextInt(lines.size())));
      line.setCharAt(random.nextInt(line.length()), (char) ('-' + random.nextInt(13)));
      byte[] said =
          (line + "\n" + lines.get(round % lines.size())).getBytes(StandardCharsets.UTF_8);
      FfmpegLog report = new FfmpegLog();
      BatchLog reports = new BatchLog(2);
      report.read(new ByteArrayInputStream(said), reports::accept);
      assertThat(report.chosen()).as("seed %d", seed).isNotNull();
      Ffmpeg.requireNew("99999999999.1 version 99999999999.1");
    }
  }

  private Extracted run(Path file) {
    return Media.EXTRACTOR.of(file, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
  }

  private Path sine(String name, String codec, String... more) throws Exception {
    Path file = folder.resolve(name);
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "-f", "lavfi", "-i", "sine=d=3:r=44100", "-fflags", "+bitexact", "-c:a", codec));
    command.addAll(List.of(more));
    command.add(file.toString());
    Media.ffmpeg(command.toArray(String[]::new));
    return file;
  }
}

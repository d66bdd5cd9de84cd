package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Container;
import io.tapedeck.media.Matroska;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Data;
import net.jqwik.api.ForAll;
import net.jqwik.api.FromData;
import net.jqwik.api.Property;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.assertj.core.data.Offset;

/**
 * Whatever is drawn, the MP3 has what ffmpeg itself reads from the file, and silence only where a
 * warning says so. The same draws come each time; {@code dev/draws} draws others, more of them, or
 * a single one again.
 */
class DrawsTest {
  private static final long SEED = Long.getLong("draws.seed", 1);
  private static final long COUNT = Long.getLong("draws.count", 40);
  private static final boolean KEEP = Boolean.getBoolean("draws.keep");

  private static final Pattern GAP =
      Pattern.compile("the (?:source has no audio|audio is damaged) from (\\S+) to (\\S+)");
  private static final Pattern PIECES =
      Pattern.compile(
          "(?:from .* short pieces of the audio are missing and silent, together"
              + "|and so in .* place.*) (\\S+)");
  private static final Pattern LATE =
      Pattern.compile("the audio begins (\\S+) into the file, and the MP3 with it");
  private static final Pattern END = Pattern.compile("the file ends early: .* stops at (\\S+).*");
  private static final List<String> MISSES = new ArrayList<>();

  /** Seeds of draws that were missed once. */
  private static final LongStream ONCE =
      LongStream.of(102, 131, 185, 224, 227, 233, 238, 268, 273, 290, 311, 342, 369);

  private static final Path FOLDER = folder();
  private static final DrawnAudio AUDIO = new DrawnAudio(FOLDER);

  private static Path folder() {
    try {
      return Files.createTempDirectory("draws");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Data
  Iterable<Tuple.Tuple1<Draw>> draws() {
    System.out.println("draws of seed " + SEED + ": " + COUNT + (KEEP ? " in " + FOLDER : ""));
    LongStream seeds = LongStream.range(SEED, SEED + COUNT);
    LongStream all = Long.getLong("draws.seed") == null ? LongStream.concat(seeds, ONCE) : seeds;
    List<Tuple.Tuple1<Draw>> drawn = all.mapToObj(seed -> Tuple.of(Draw.of(seed))).toList();
    return drawn;
  }

  /** A miss does not end the property: all of them are listed at the end. */
  @Property
  @FromData("draws")
  void whatFfmpegReadsIsInTheMp3OrAWarningNamesThePlace(@ForAll Draw draw) throws Exception {
    try {
      check(draw);
    } catch (AssertionError | RuntimeException e) {
      MISSES.add(draw + "\n  " + e);
      System.out.println(MISSES.getLast());
    }
  }

  @AfterContainer
  static void nothingWasMissed() throws IOException {
    System.out.println("draws of seed " + SEED + ": " + MISSES.size() + " missed of " + COUNT);
    try (Stream<Path> files = Files.walk(FOLDER).sorted(Comparator.reverseOrder())) {
      for (Path each : KEEP ? List.<Path>of() : files.toList()) {
        Files.delete(each);
      }
    }
    assertThat(MISSES).isEmpty();
  }

  private static void check(Draw draw) throws IOException, InterruptedException {
    Path file = new DrawnFile(draw, AUDIO, FOLDER).make();
    Path out = FOLDER.resolve("out.mp3");
    try {
      Extracted mp3 = extraction(draw, file).run(out);
      HeardAudio ours = HeardAudio.ofMp3(out);
      if (draw.isPart() && (hasWrongTimes(draw) || hasDamage(draw))) {
        checkPart(draw, file, ours);
      } else {
        HeardAudio theirs = theirs(draw, file, ours.rate(), ours.channels());
        compare(draw, mp3, gaps(draw, file, mp3), ours, theirs, begins(draw, file));
      }
    } catch (Refusal e) {
      HeardAudio theirs = theirs(draw, file, 48_000, 1);
      boolean unknown = e.code() == Code.UNSUPPORTED_CONTAINER;
      if (theirs.seconds() > 0.05 && !(unknown && draw.has(DrawnFault.Before.class))) {
        throw new AssertionError("ffmpeg reads " + theirs.seconds() + " s; we: " + e.problem(), e);
      }
    }
  }

  private static boolean hasWrongTimes(Draw draw) {
    return draw.faults().stream()
        .anyMatch(f -> f instanceof DrawnFault.OfTimes || f instanceof DrawnFault.Appended);
  }

  private static boolean hasDamage(Draw draw) {
    return draw.has(DrawnFault.Flipped.class) || draw.has(DrawnFault.Before.class);
  }

  /**
   * Where times are wrong or frames are lost, ffmpeg would cut a part by them, and we cut it from
   * the unbroken audio. So the whole is compared with ffmpeg, and the part with the whole.
   */
  private static void checkPart(Draw draw, Path file, HeardAudio ours)
      throws IOException, InterruptedException {
    Draw whole = draw.whole();
    Path out = FOLDER.resolve("whole.mp3");
    Extracted mp3 = extraction(whole, file).run(out);
    HeardAudio all = HeardAudio.ofMp3(out);
    List<Timeline.Gap> gaps = gaps(whole, file, mp3);
    HeardAudio theirs = theirs(whole, file, all.rate(), all.channels());
    compare(whole, mp3, gaps, all, theirs, begins(whole, file));
    double begin = origin(whole, file).toMillis() / 1000.0;
    HeardAudio part = all.part(draw.start() - begin, draw.end().orElse(1e6) - begin);
    assertThat(ours.seconds())
        .as("length of the part")
        .isCloseTo(part.seconds(), Offset.offset(0.05));
    if (gaps.isEmpty() && pieces(mp3) == 0) {
      double least = draw.has(DrawnFault.Flipped.class) ? 0.8 : 0.9;
      assertThat(part.audible().difference(ours.audible(), least, shift(draw), List.of()))
          .as("the part")
          .isEmpty();
    }
  }

  private static Extraction extraction(Draw draw, Path file) throws IOException {
    if (!draw.batch()) {
      return Media.EXTRACTOR.of(file, draw.options(), 2);
    }
    Path copy = file.resolveSibling("copy." + draw.format().extension());
    Files.write(copy, Files.readAllBytes(file));
    return Media.EXTRACTOR.of(List.of(file, copy), draw.options(), 2).getFirst();
  }

  /**
   * What ffmpeg reads. A part is counted from the beginning of the file, so all tracks are read: in
   * some containers ffmpeg counts from the first packet of those that are.
   */
  private static HeardAudio theirs(Draw draw, Path file, int rate, int channels)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("-i", "" + file));
    Collections.addAll(command, "-map", "0:a:" + (draw.tracks() - 1));
    if (draw.isPart()) {
      Collections.addAll(command, "-ss", "" + draw.start());
    }
    draw.end().ifPresent(end -> Collections.addAll(command, "-to", "" + end));
    if (draw.isPart()) {
      Collections.addAll(command, "pipe:1", "-map", "0", "-c", "copy", "-f", "null", "-");
    }
    return HeardAudio.decode(rate, channels, command.toArray(String[]::new));
  }

  private static void compare(
      Draw draw,
      Extracted mp3,
      List<Timeline.Gap> gaps,
      HeardAudio ours,
      HeardAudio theirs,
      double begins) {
    String warned = " " + mp3.warnings();
    HeardAudio audio = ours;
    double inserted = 0;
    List<Double> joints = new ArrayList<>();
    for (Timeline.Gap gap : gaps) {
      joints.add(gap.from().toMillis() / 1000.0 - inserted);
      inserted += gap.to().minus(gap.from()).toMillis() / 1000.0;
    }
    for (Timeline.Gap gap : gaps.reversed()) {
      audio = audio.without(gap.from(), gap.to());
    }
    double pieces = pieces(mp3);
    String lengths =
        String.format(
            Locale.ROOT,
            "ours %.3f s, of it silence %.3f s and pieces of %.3f s; ffmpeg's %.3f s",
            ours.seconds(),
            inserted,
            pieces,
            theirs.seconds());
    assertThat(Math.abs(audio.seconds() - pieces - theirs.seconds()))
        .as(lengths + warned)
        .isLessThanOrEqualTo(0.05);
    assertThat(Math.abs(mp3.duration().toMillis() - 1000 * ours.seconds()))
        .as("told length")
        .isLessThanOrEqualTo(50);
    double least = draw.has(DrawnFault.Flipped.class) ? 0.8 : 0.9;
    if (pieces == 0) {
      assertThat(theirs.audible().difference(audio.audible(), least, shift(draw), joints))
          .as(lengths + warned)
          .isEmpty();
    }
    warnings(draw, mp3, gaps, ours, theirs, begins);
  }

  /** Where frames are lost to damage, what is behind them moves by less than the promised 50 ms. */
  private static double shift(Draw draw) {
    return hasDamage(draw) ? 0.05 : 0.02;
  }

  private static void warnings(
      Draw draw,
      Extracted mp3,
      List<Timeline.Gap> gaps,
      HeardAudio ours,
      HeardAudio theirs,
      double begins) {
    boolean damaged = draw.has(DrawnFault.Flipped.class) || draw.has(DrawnFault.CutOff.class);
    boolean junk =
        draw.has(DrawnFault.Before.class)
            || (draw.has(DrawnFault.Behind.class) && !draw.format().length())
            || (draw.has(DrawnFault.Appended.class) && !draw.format().appendsSilently());
    boolean holes = draw.has(DrawnFault.Hole.class) || !isWithinBounds(draw);
    if (!damaged && !junk) {
      assertThat(
              mp3.warnings().stream()
                  .filter(w -> !holes || !isOfTimes(w))
                  .filter(w -> !isLate(w, begins)))
          .as("warnings of a whole file")
          .isEmpty();
    }
    if (draw.faults().isEmpty() && !draw.isPart() && begins > 0.4) {
      assertThat(mp3.warnings()).as("audio begins at %s", begins).hasSize(1);
    }
    if (draw.has(DrawnFault.CutOff.class) && draw.format().length() && draw.faults().size() == 1) {
      double whole = whole(draw);
      if (whole - theirs.seconds() > 1) {
        assertThat(mp3.warnings()).as("%.3f of %.3f s came", theirs.seconds(), whole).isNotEmpty();
        mp3.warnings().stream()
            .map(END::matcher)
            .filter(Matcher::matches)
            .map(m -> seconds(m.group(1)).toMillis() / 1000.0 - begin(draw) - ours.seconds())
            .forEach(off -> assertThat(Math.abs(off)).as("place of the end").isLessThan(0.1));
      }
    }
    hole(draw)
        .ifPresent(h -> {
          Timeline.Gap gap = gaps.size() == 1 ? gaps.getFirst() : null;
          assertThat(gap).as("the hole: " + mp3.warnings()).isNotNull();
          double near = 0.09 + 1536.0 / draw.rate(); // a packet has up to so many samples
          double from = gap.from().toMillis() / 1000.0;
          double length = gap.to().minus(gap.from()).toMillis() / 1000.0;
          assertThat(Math.abs(from - (h.at() - draw.late())))
              .as("hole told from %s", from)
              .isLessThan(near);
          assertThat(Math.abs(length - h.seconds())).as("hole told of %s", length).isLessThan(near);
        });
  }

  /** Seconds from the file's beginning to its first audible samples, by ffprobe. */
  private static double begins(Draw draw, Path file) throws IOException, InterruptedException {
    String track = "a:" + (draw.tracks() - 1);
    String first =
        Media.probeAll(
            file,
            "-select_streams",
            track,
            "-read_intervals",
            "%+#9",
            "-show_entries",
            "frame=pts_time",
            "-of",
            "default=nw=1:nk=1");
    String all =
        Media.probeAll(file, "-show_entries", "format=start_time", "-of", "default=nw=1:nk=1");
    return firstNumber(first).orElse(0) - firstNumber(all).orElse(0);
  }

  private static OptionalDouble firstNumber(String lines) {
    return lines
        .lines()
        .filter(line -> line.matches("-?[0-9.]+"))
        .mapToDouble(Double::parseDouble)
        .findFirst();
  }

  /** Whether it tells truly that the audio begins late. */
  private static boolean isLate(String warning, double begins) {
    Matcher late = LATE.matcher(warning);
    return late.matches()
        && begins > 0.25
        && Math.abs(seconds(late.group(1)).toMillis() / 1000.0 - begins) < 0.1;
  }

  private static boolean isOfTimes(String warning) {
    return GAP.matcher(warning).matches()
        || PIECES.matcher(warning).matches()
        || warning.startsWith("the times of the file run ");
  }

  /** Whether the times are so little wrong that no silence may come of it (ADR 0018). */
  private static boolean isWithinBounds(Draw draw) {
    // ffmpeg shifts the times of these two where they go back by 0.1 s, and then there are holes.
    boolean shifted = List.of("ts", "vob").contains(draw.format().extension());
    int jitter = 0;
    boolean bursts = false;
    for (DrawnFault fault : draw.faults()) {
      jitter += fault instanceof DrawnFault.Jitter(int millis) ? millis : 0;
      bursts |= fault instanceof DrawnFault.Bursts;
    }
    return jitter <= (bursts || shifted ? 100 : 500) && !(bursts && shifted);
  }

  /** How much audio the part has if the file is whole. */
  private static double whole(Draw draw) {
    return draw.end().isPresent() ? 0 : draw.seconds() + audio(draw) - begin(draw);
  }

  /** The hole that must be told: nothing else is wrong, and enough audio is before and behind. */
  private static Optional<DrawnFault.Hole> hole(Draw draw) {
    return draw.faults().size() == 1
            && draw.faults().getFirst() instanceof DrawnFault.Hole hole
            && hole.at() - draw.late() > 0.2
            && hole.at() - draw.late() < draw.seconds() - 0.3
            && !draw.isPart()
        ? Optional.of(hole)
        : Optional.empty();
  }

  /**
   * Seconds of silence that stands where pieces are missing, in places that are not told singly.
   */
  private static double pieces(Extracted mp3) {
    return mp3.warnings().stream()
        .map(PIECES::matcher)
        .filter(Matcher::matches)
        .mapToDouble(m -> seconds(m.group(1)).toMillis() / 1000.0)
        .sum();
  }

  /** Where the audio of the part begins in the file. */
  private static double begin(Draw draw) {
    return Math.max(draw.start(), audio(draw));
  }

  /** Where all audio begins in the file; in AVI with the file. */
  private static double audio(Draw draw) {
    return draw.format().extension().equals("avi") ? 0 : draw.late();
  }

  /** The told gaps on the timeline of the MP3; they are told on that of the file. */
  private static List<Timeline.Gap> gaps(Draw draw, Path file, Extracted mp3) throws IOException {
    List<Matcher> told =
        mp3.warnings().stream().map(GAP::matcher).filter(Matcher::matches).toList();
    Duration origin = told.isEmpty() ? Duration.ZERO : origin(draw, file);
    return told.stream()
        .map(m ->
            new Timeline.Gap(seconds(m.group(1)).minus(origin), seconds(m.group(2)).minus(origin)))
        .toList();
  }

  /** The time in the file at which the audio of the part begins. */
  private static Duration origin(Draw draw, Path file) throws IOException {
    Arguments arguments = new Arguments(file, Container.of(file), draw.options(), Limits.GENEROUS);
    try (Child child = Media.FFMPEG.start(arguments.decoding())) {
      Matroska pcm = new Matroska(child.output());
      DecodedAudio decoded = DecodedAudio.from(pcm, arguments, child.report(), () -> {});
      child.report().chosen();
      Duration audio = arguments.fileTime(decoded.begins(), child.report());
      return new ChosenPart(audio, draw.options().start(), draw.options().end()).zero();
    }
  }

  private static Duration seconds(String clock) {
    String[] parts = clock.split(":");
    return Duration.ofMillis(
        Math.round(
            (Integer.parseInt(parts[0]) * 3600
                    + Integer.parseInt(parts[1]) * 60
                    + Double.parseDouble(parts[2].replaceFirst("[^0-9.].*", "")))
                * 1000));
  }
}

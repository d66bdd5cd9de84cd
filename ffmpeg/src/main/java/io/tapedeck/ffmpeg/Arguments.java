package io.tapedeck.ffmpeg;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.media.AudioCodec;
import io.tapedeck.media.Container;
import io.tapedeck.media.MatroskaFile;
import io.tapedeck.media.MovieIndex;
import io.tapedeck.tags.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The argument lists of ffmpeg children. They allow local files only, the demuxers of the
 * recognised container only, and audio decoders only. These limits on hostile files stand before
 * {@code -i}, because only there they also apply while ffmpeg opens and probes the file.
 */
public record Arguments(
    Path input, Container container, ConversionOptions options, Limits limits, Decoding how) {
  /** Packets of MP4 begin this much later, because the pipe has no times before zero. */
  public static final int SHIFT_SECONDS = 100;

  private static final long LARGEST_ALLOCATION = 256L << 20;
  private static final long SMALLEST_ALLOCATION = 32L << 20;

  /** An index in memory is at most this many times as large as in an honest file. */
  private static final int ALLOCATION_PER_BYTE = 16;

  /** Decoding begins this much before the requested start, so that decoders have warmed up. */
  private static final Duration RUN_UP = Duration.ofSeconds(2);

  public Arguments(Path input, Container container, ConversionOptions options, Limits limits) {
    this(input, container, options, limits, new Decoding(options));
  }

  /** The same arguments for a child that decodes otherwise. */
  public Arguments with(Decoding other) {
    return new Arguments(input, container, options, limits, other);
  }

  /** Decodes the audio to 32-bit floats, from {@link #jump} to the end of the file. */
  public List<String> decoding() {
    List<String> list = guarded();
    Duration jump = jump();
    if (jump.isPositive()) {
      Optional<Duration> pictures = pictures();
      if (pictures.isPresent()) {
        Collections.addAll(list, "-seek_timestamp", "1");
      }
      Collections.addAll(list, "-ss", seconds(jump.plus(pictures.orElse(Duration.ZERO))));
    }
    fromTheFilesBeginning(list);
    Collections.addAll(list, "-vn", "-sn", "-dn", "-i", "file:" + input);
    if (how.tracks().size() > 1) {
      Collections.addAll(list, "-filter_complex", how.mixed(), "-map", "[mixed]");
      Collections.addAll(list, "-map_metadata", "0", "-map_chapters", "0");
      Collections.addAll(list, "-c:a", "pcm_f32le");
    } else {
      chosenTrack(list);
      pcm(list);
    }
    return toPipe(list);
  }

  /**
   * With an offset, however small, ffmpeg counts from the beginning of the file. Without it, in
   * these two containers, ffmpeg counts from the beginning of the chosen audio.
   */
  private void fromTheFilesBeginning(List<String> list) {
    if (container == Container.MPEG_TS || container == Container.MPEG_PS) {
      Collections.addAll(list, "-itsoffset", "0.000001");
    }
  }

  /**
   * Where in the file the child begins: behind the beginning only if the container's times are
   * exact and do not begin anew.
   */
  private Duration jump() {
    Duration jump = options.start().minus(RUN_UP);
    boolean far = container.seeksFrom().filter(from -> jump.compareTo(from) > 0).isPresent();
    boolean even =
        how.seeks() && far && matroska().map(MatroskaFile::single).orElseGet(this::hasEvenIndex);
    return even ? jump : Duration.ZERO;
  }

  private boolean hasEvenIndex() {
    try {
      return MovieIndex.isEven(input, how.tracks().getFirst());
    } catch (IOException e) {
      return false; // whoever decodes it will report the problem
    }
  }

  /**
   * The time on the file's timeline of a block that the child wrote (ADR 0025). Without decoders
   * for pictures, ffmpeg does not know when H.264 begins in Matroska, so it counts from the audio.
   */
  public Duration fileTime(long millis, FfmpegLog report) {
    Duration jump = jump();
    Duration time = jump.plusMillis(millis);
    Optional<Duration> late =
        jump.isZero()
            ? pictures().flatMap(first -> report.start().map(begin -> begin.minus(first)))
            : Optional.empty();
    return late.filter(Duration::isPositive).map(time::plus).orElse(time);
  }

  /** Whether the child begins behind the file's beginning. */
  public boolean jumps() {
    return !jump().isZero();
  }

  private Optional<Duration> pictures() {
    return matroska().flatMap(MatroskaFile::pictures);
  }

  private Optional<MatroskaFile> matroska() {
    return MatroskaFile.in(input, container);
  }

  /**
   * One child decodes whole files. Each file becomes a track, in the given order, and the tags of
   * the file become the tags of its track.
   */
  public static List<String> together(List<Arguments> files) {
    List<String> list = new ArrayList<>();
    files.getFirst().guard(list, files.stream().mapToLong(file -> file.bytes()).sum());
    for (Arguments file : files) {
      file.whitelists(list);
      file.fromTheFilesBeginning(list);
      Collections.addAll(list, "-threads", "1", "-vn", "-sn", "-dn", "-i", "file:" + file.input);
    }
    for (int i = 0; i < files.size(); i++) {
      Collections.addAll(list, "-map", i + ":a:" + files.get(i).trackIndex());
      Collections.addAll(list, "-map_metadata:s:a:" + i, i + ":g");
    }
    Collections.addAll(list, "-map_metadata", "-1", "-map_chapters", "-1");
    files.getFirst().pcm(list);
    return toPipe(list);
  }

  /** Only says what is in the file; the child ends with an error, because it has no output. */
  public List<String> listing() {
    List<String> list = guarded();
    Collections.addAll(list, "-vn", "-sn", "-dn", "-i", "file:" + input);
    return list;
  }

  /** Copies the packets unchanged. */
  public List<String> copying() {
    List<String> list = guarded();
    if (container == Container.MP4) {
      Collections.addAll(list, "-itsoffset", Integer.toString(SHIFT_SECONDS));
    }
    Collections.addAll(list, "-vn", "-sn", "-dn", "-i", "file:" + input);
    chosenTrack(list);
    Collections.addAll(list, "-c:a", "copy");
    return toPipe(list);
  }

  /** Copies the file that is attached as stream {@code index} unchanged. */
  public List<String> attachment(int index) {
    List<String> list = guarded();
    Collections.addAll(list, "-dump_attachment:" + index, "pipe:1", "-i", "file:" + input);
    return list;
  }

  /** Copies the picture in stream {@code index} unchanged. */
  public List<String> cover(int index) {
    List<String> list = guarded();
    // A GIF is copied only if its size is known, which its decoder finds out.
    Collections.addAll(list, "-codec_whitelist", AudioCodec.allDecoders() + ",gif");
    Collections.addAll(list, "-max_pixels", Integer.toString(Picture.MOST_PIXELS));
    Collections.addAll(list, "-i", "file:" + input, "-map", "0:" + index, "-c", "copy");
    Collections.addAll(list, "-frames:v", "1", "-f", "image2pipe", "pipe:1");
    return list;
  }

  private List<String> guarded() {
    List<String> list = new ArrayList<>();
    guard(list, bytes());
    whitelists(list);
    Collections.addAll(list, "-threads", "1");
    return list;
  }

  private long bytes() {
    return input.toFile().length();
  }

  /**
   * The input size bounds a single allocation, because an index can name more samples than the file
   * has bytes.
   */
  private void guard(List<String> list, long bytes) {
    long allocation =
        Math.clamp(bytes * ALLOCATION_PER_BYTE, SMALLEST_ALLOCATION, LARGEST_ALLOCATION);
    Collections.addAll(list, "-nostdin", "-nostats", "-loglevel", "level+verbose");
    Collections.addAll(list, "-max_alloc", Long.toString(allocation));
    Collections.addAll(list, "-timelimit", Long.toString(limits.longestWork().toSeconds() + 1));
  }

  private void pcm(List<String> list) {
    Collections.addAll(list, "-c:a", "pcm_f32le", "-af", how.filters());
    if (options.mono()) {
      Collections.addAll(list, "-rematrix_maxval", "1");
    }
  }

  private void whitelists(List<String> list) {
    Collections.addAll(list, "-protocol_whitelist", "file,pipe");
    Collections.addAll(list, "-format_whitelist", container.demuxer());
    Collections.addAll(list, "-f", container.format());
    Collections.addAll(list, "-codec_whitelist", AudioCodec.allDecoders());
  }

  private void chosenTrack(List<String> list) {
    Collections.addAll(list, "-map", "0:a:" + trackIndex());
    Collections.addAll(list, "-map_metadata", "0", "-map_chapters", "0");
  }

  private int trackIndex() {
    return how.tracks().getFirst();
  }

  private static List<String> toPipe(List<String> list) {
    Collections.addAll(list, "-write_crc32", "0", "-cluster_size_limit", "262144");
    Collections.addAll(list, "-f", "matroska", "pipe:1");
    return list;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%d.%06d", time.toSeconds(), time.toNanosPart() / 1000);
  }
}

package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The audio tracks that the index of an MP4 names, by its heads alone (ISO 14496-12 8.2 to 8.4).
 * ffmpeg does not tell of tracks whose other tables it cannot read, nor how long a track is.
 */
public final class MovieIndex {
  private static final int MOST_BOXES = 100_000;
  private static final int MOST_TIMES = 100_000;
  private static final int DEEPEST = 5; // moov, trak, mdia, minf, stbl, stts
  private static final int MOVIE = 0x6D6F6F76; // moov
  private static final int TRACK = 0x7472616B; // trak
  private static final int MEDIA = 0x6D646961; // mdia
  private static final int MEDIA_INFORMATION = 0x6D696E66; // minf
  private static final int SAMPLE_TABLE = 0x7374626C; // stbl
  private static final int SAMPLE_TIMES = 0x73747473; // stts
  private static final int MOVIE_HEADER = 0x6D766864; // mvhd
  private static final int TRACK_HEADER = 0x746B6864; // tkhd
  private static final int MEDIA_HEADER = 0x6D646864; // mdhd
  private static final int HANDLER = 0x68646C72; // hdlr
  private static final int SOUND = 0x736F756E; // soun

  private final FileChannel in;
  private final List<Duration> audio = new ArrayList<>();
  private final List<Boolean> evenness = new ArrayList<>();
  private int boxes;
  private long movieScale;
  private long mediaScale;
  private long shown;
  private long media;
  private long samples;
  private boolean sound;
  private boolean even;

  private MovieIndex(FileChannel in) {
    this.in = in;
  }

  /**
   * The claimed length of each audio track, zero where none is claimed; no track if the file is no
   * MP4.
   */
  public static List<Duration> audioTracks(Path file) throws IOException {
    return List.copyOf(of(file).audio);
  }

  /**
   * Whether the times of an audio track fit the samples between them, to a tenth of a second, as
   * far as the index tells; a track without an index is taken to be even.
   *
   * @param place of the track among those with audio, from 0
   */
  public static boolean isEven(Path file, int place) throws IOException {
    List<Boolean> all = of(file).evenness;
    return place < 0 || place >= all.size() || all.get(place);
  }

  private static MovieIndex of(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      MovieIndex index = new MovieIndex(in);
      index.walk(0, in.size(), 0);
      return index;
    }
  }

  private void walk(long from, long to, int depth) throws IOException {
    long at = from;
    while (depth <= DEEPEST && at + 8 <= to && boxes++ < MOST_BOXES) {
      ByteBuffer head = read(at, 16);
      boolean large = head.getInt(0) == 1 && head.limit() == 16;
      long size = large ? head.getLong(8) : head.getInt(0) & 0xFFFFFFFFL;
      long content = at + (large ? 16 : 8);
      if (size < 8) {
        return;
      }
      long end = size > to - at ? to : at + size;
      switch (head.getInt(4)) {
        case TRACK -> track(content, end, depth);
        case MOVIE, MEDIA, MEDIA_INFORMATION, SAMPLE_TABLE -> walk(content, end, depth + 1);
        case MOVIE_HEADER -> movieScale = scale(at);
        case TRACK_HEADER -> shown = units(at, 28, 36);
        case MEDIA_HEADER -> {
          media = units(at, 24, 32);
          mediaScale = scale(at);
        }
        case HANDLER -> {
          ByteBuffer kind = read(at + 16, 4);
          sound |= kind.limit() == 4 && kind.getInt(0) == SOUND;
        }
        case SAMPLE_TIMES -> times(at, end);
        default -> {}
      }
      at = end;
    }
  }

  /**
   * Edits can show less of a track than its media has, a delay counts as shown, and some writers
   * count time without samples: the least of these lengths is sure.
   */
  private void track(long from, long to, int depth) throws IOException {
    sound = false;
    shown = 0;
    media = 0;
    samples = 0;
    even = true;
    walk(from, to, depth + 1);
    if (sound) {
      evenness.add(even);
      audio.add(
          Stream.of(time(shown, movieScale), time(media, mediaScale), time(samples, mediaScale))
              .filter(Duration::isPositive)
              .min(Comparator.naturalOrder())
              .orElse(Duration.ZERO));
    }
  }

  /** Reads how many samples there are, and of what length in units. */
  private void times(long at, long end) throws IOException {
    ByteBuffer head = read(at + 12, 4);
    int count = head.limit() < 4 ? 0 : head.getInt(0);
    if (count < 0 || count > MOST_TIMES) {
      even = false;
      return;
    }
    // A count beyond the box must not make each of many small boxes cost a large table.
    ByteBuffer table = read(at + 16, Math.clamp(end - at - 16, 0, count * 8));
    long sum = 0;
    long number = 0;
    long last = 0;
    for (int i = 0; i + 8 <= table.limit(); i += 8) {
      last = unsigned(table, i + 4);
      number += unsigned(table, i);
      sum += unsigned(table, i) * last & Long.MAX_VALUE;
    }
    samples = Math.max(0, sum);
    even = number < 2 || spread(table, (samples - last) / (number - 1.0)) <= mediaScale / 10.0;
  }

  /** How far the times at which samples begin are off if all samples are of one length. */
  private static double spread(ByteBuffer table, double length) {
    double off = 0;
    double least = 0;
    double most = 0;
    for (int i = 0; i + 8 <= table.limit(); i += 8) {
      boolean last = i + 16 > table.limit();
      off += (unsigned(table, i) - (last ? 1 : 0)) * (unsigned(table, i + 4) - length);
      least = Math.min(least, off);
      most = Math.max(most, off);
    }
    return most - least;
  }

  private static long unsigned(ByteBuffer table, int at) {
    return table.getInt(at) & 0xFFFFFFFFL;
  }

  /** Units per second; they stand at 20 bytes, or at 28 where times have 64 bits. */
  private long scale(long at) throws IOException {
    ByteBuffer box = read(at, 32);
    int place = box.limit() > 8 && box.get(8) == 1 ? 28 : 20;
    return box.limit() < place + 4 ? 0 : box.getInt(place) & 0xFFFFFFFFL;
  }

  /** A length in units, at one of two places; 0 if it is not known. */
  private long units(long at, int small, int large) throws IOException {
    ByteBuffer box = read(at, large + 8);
    if (box.limit() < large + 8) {
      return 0;
    }
    long units = box.get(8) == 1 ? box.getLong(large) : box.getInt(small) & 0xFFFFFFFFL;
    return units < 0 || units == 0xFFFFFFFFL ? 0 : units;
  }

  private static Duration time(long units, long scale) {
    return scale == 0 ? Duration.ZERO : Duration.ofMillis((long) (units * 1000.0 / scale));
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}

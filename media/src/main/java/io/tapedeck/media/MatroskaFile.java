package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a Matroska file says of its first pictures and of recordings appended to it (RFC 9559). Only
 * the heads of elements are read, which takes about a millisecond.
 *
 * @param pictures the time of the first picture, if it comes notably before all audio
 * @param single whether one recording with a stated size is all, so that times do not begin anew
 * @param third where a third recording begins, in bytes; 0 if there is none
 */
public record MatroskaFile(Optional<Duration> pictures, boolean single, long third) {
  private static final int EBML = 0x1A45DFA3;
  private static final int SEGMENT = 0x18538067;
  private static final int VIDEO = 1;
  private static final int AUDIO = 2;
  private static final int MOST_ELEMENTS = 5_000;

  /** Encoder delays shift audio by less, and ffmpeg knows them. */
  private static final long NOTABLE_NANOS = 100_000_000;

  /** Empty for another kind of file, or if the file cannot be read. */
  public static Optional<MatroskaFile> in(Path file, Container container) {
    try {
      return container == Container.MATROSKA ? Optional.of(of(file)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // whoever decodes it will report the problem
    }
  }

  private static MatroskaFile of(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      Walk walk = new Walk(in);
      boolean one = walk.enter(0) && walk.end < in.size();
      long second = one ? walk.end : 0;
      long third = one && walk.enter(second) && walk.end < in.size() ? walk.end : 0;
      boolean isThird = third > 0 && walk.enter(third);
      boolean single = walk.enter(0) && walk.end <= in.size() && !(one && walk.enter(second));
      walk.enter(0);
      walk.readUntilBothHaveBegun();
      return new MatroskaFile(walk.pictures(), single, isThird ? third : 0);
    }
  }

  /** A position in the file, and what was found up to there. */
  private static final class Walk {
    private final FileChannel in;
    private final Map<Long, Long> types = new HashMap<>();
    private final Map<Long, Long> firstTimes = new HashMap<>();
    private long at;
    private long end;
    private long track;
    private long scale = 1_000_000;
    private long cluster;

    Walk(FileChannel in) {
      this.in = in;
    }

    /** Goes to the content of the recording that begins there; false if none does. */
    boolean enter(long start) throws IOException {
      at = start;
      boolean head = vint(true) == EBML;
      long headSize = vint(false);
      at += Math.max(0, headSize);
      boolean segment = head && vint(true) == SEGMENT;
      long size = segment ? vint(false) : 0;
      end = size < 0 ? Long.MAX_VALUE : at + size;
      return segment;
    }

    void readUntilBothHaveBegun() throws IOException {
      for (int i = 0; i < MOST_ELEMENTS && at >= 0 && at < in.size(); i++) {
        int id = (int) vint(true);
        take(id, vint(false));
        if (firstTimes.size() == 2) {
          return;
        }
      }
    }

    private void take(int id, long size) throws IOException {
      long behind = at + Math.max(0, size);
      switch (id) {
        // Info, Tracks, TrackEntry, Cluster, BlockGroup: their elements follow
        case 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0 -> behind = at;
        case 0x2AD7B1 -> scale = number(size);
        case 0xD7 -> track = number(size);
        case 0x83 -> types.put(track, number(size));
        case 0xE7 -> cluster = number(size);
        case 0xA3, 0xA1 -> block();
        default -> {} // skipped
      }
      at = behind;
    }

    private void block() throws IOException {
      long type = types.getOrDefault(vint(false), 0L);
      if (type == VIDEO || type == AUDIO) {
        firstTimes.putIfAbsent(type, cluster + (short) number(2));
      }
    }

    Optional<Duration> pictures() {
      Duration picture = time(VIDEO);
      Duration audio = time(AUDIO);
      return picture.plusNanos(NOTABLE_NANOS).compareTo(audio) < 0
          ? Optional.of(picture)
          : Optional.empty();
    }

    private Duration time(long type) {
      long ticks = firstTimes.getOrDefault(type, Long.MAX_VALUE);
      return ticks < 0 || Math.multiplyHigh(ticks, scale) != 0
          ? Duration.ofNanos(Long.MAX_VALUE)
          : Duration.ofNanos(Math.max(0, ticks * scale));
    }

    private long number(long size) throws IOException {
      ByteBuffer bytes = read(Math.clamp(size, 0, 8));
      long value = 0;
      while (bytes.hasRemaining()) {
        value = value << 8 | (bytes.get() & 255);
      }
      return value;
    }

    /**
     * An id, which keeps the bit that marks its length, or a size; a size that is not known is
     * negative, and so is every number behind the end of the file.
     */
    private long vint(boolean id) throws IOException {
      ByteBuffer bytes = read(8);
      int first = bytes.hasRemaining() ? bytes.get() & 255 : 0;
      int length = Integer.numberOfLeadingZeros(first) - 23;
      if (length > 8 || length > bytes.limit()) {
        at = Long.MIN_VALUE / 2;
        return -1;
      }
      long mask = (1L << (7 * length)) - 1;
      long value = first;
      for (int i = 1; i < length; i++) {
        value = value << 8 | (bytes.get() & 255);
      }
      at += length;
      boolean unknown = (value & mask) == mask;
      return id ? value : unknown ? -1 : value & mask;
    }

    private ByteBuffer read(int count) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      while (at >= 0 && bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
      return bytes.flip();
    }
  }
}

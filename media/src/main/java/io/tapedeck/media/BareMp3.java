package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;

/**
 * The frames of an MP3 file one by one, without its tags. Bytes that are neither a frame nor a tag
 * come as a block of their own; only those before the first frames are skipped, as players do.
 */
public final class BareMp3 implements Pcm, AutoCloseable {
  private static final int WINDOW = 1 << 16;

  /** Frames that must follow each other for a header to count as the first. */
  private static final int PROOF = 3;

  /** As far as ffmpeg searches for the first frame. */
  private static final int LONGEST_SEARCH = 1 << 20;

  private static final int LARGEST_JUNK = 4_096;
  private static final byte[] NOTHING = new byte[0];

  private static final int HEADER = 4;

  private final FileChannel file;
  private final IntUnaryOperator sizes;
  private final IntUnaryOperator lengths;
  private final long end;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private byte[] block = NOTHING;
  private long windowAt;
  private long at;
  private long micros;
  private long nextMicros;

  /**
   * Opens a file.
   *
   * @param sizes the bytes of the frame with this header; 0 if it is no header
   * @param lengths how long that frame lasts, in microseconds
   */
  public BareMp3(Path source, IntUnaryOperator sizes, IntUnaryOperator lengths) throws IOException {
    this.sizes = sizes;
    this.lengths = lengths;
    file = FileChannel.open(source);
    end = Mp3Tags.framesEnd(file);
    long begin = behindTags(0);
    at = begin;
    while (at < end && at - begin < LONGEST_SEARCH && !isProven(at)) {
      at++;
    }
  }

  @Override
  public boolean next() throws IOException {
    at = behindTags(at);
    micros = nextMicros;
    int size = frameBytes(at);
    if (size > 0) {
      block = copy(at, size);
      nextMicros = micros + lengths.applyAsInt(word(at));
    } else {
      block = isEmpty() ? NOTHING : copy(at, (int) Math.min(LARGEST_JUNK, end - at));
    }
    at += block.length;
    return block.length > 0;
  }

  private long behindTags(long from) throws IOException {
    long place = from;
    long tag = frameBytes(place) > 0 ? 0 : Mp3Tags.lengthAt(file, place);
    for (int i = 0; tag > 0 && place < end && i < Mp3Tags.MOST_IN_A_ROW; i++) {
      place += tag;
      tag = frameBytes(place) > 0 ? 0 : Mp3Tags.lengthAt(file, place);
    }
    return place;
  }

  /** Whether nothing or only a few zeros are left. */
  private boolean isEmpty() throws IOException {
    if (end - at > LARGEST_JUNK) {
      return false;
    }
    for (byte left : copy(at, (int) Math.max(0, end - at))) {
      if (left != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isProven(long from) throws IOException {
    long place = from;
    for (int i = 0; i < PROOF && place < end; i++) {
      int size = frameBytes(place);
      if (size == 0) {
        return false;
      }
      place += size;
    }
    return true;
  }

  /** The bytes of the frame at a place; 0 if there is no whole frame. */
  private int frameBytes(long place) throws IOException {
    int size = sizes.applyAsInt(word(place));
    return size <= end - place ? size : 0;
  }

  private int word(long place) throws IOException {
    if (place + HEADER > end) {
      return 0;
    }
    load(place, HEADER);
    return window.getInt((int) (place - windowAt));
  }

  private byte[] copy(long place, int size) throws IOException {
    load(place, size);
    byte[] bytes = new byte[size];
    window.get((int) (place - windowAt), bytes);
    return bytes;
  }

  private void load(long place, int size) throws IOException {
    if (place < windowAt || place + size > windowAt + window.limit()) {
      window.clear();
      windowAt = place;
      while (window.hasRemaining() && file.read(window, place + window.position()) > 0) {}
      window.flip();
    }
  }

  /** The sum of the frames before: the file itself has no times. */
  @Override
  public long millis() {
    return micros / 1_000;
  }

  @Override
  public byte[] bytes() {
    return block;
  }

  @Override
  public int length() {
    return block.length;
  }

  @Override
  public boolean brokenOff() {
    return false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

package io.tapedeck.mp3;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bits one behind the other, the highest first. Used again and again. */
final class BitSink {
  private final byte[] bytes = new byte[4096];
  private final ByteBuffer view = ByteBuffer.wrap(bytes);
  private long pending;
  private int pendingBits;
  private int length;

  void clear() {
    length = 0;
    pending = 0;
    pendingBits = 0;
  }

  int bits() {
    return 8 * length + pendingBits;
  }

  /**
   * @param value with nothing but zeros above the bits
   * @param count 0 to 32
   */
  void put(long value, int count) {
    pending = pending << count | value;
    pendingBits += count;
    if (pendingBits >= 32) {
      pendingBits -= 32;
      view.putInt(length, (int) (pending >>> pendingBits));
      length += 4;
    }
  }

  /** Copies bits; the array goes on for eight bytes behind them. */
  void copy(ByteBuffer from, int bit, int count) {
    int at = bit;
    int left = count;
    for (; left >= 32; left -= 32, at += 32) {
      put(peek(from, at) >>> 32, 32);
    }
    if (left > 0) {
      put(peek(from, at) >>> (64 - left), left);
    }
  }

  /** 57 bits or more from there on, the first one highest. */
  static long peek(ByteBuffer from, int bit) {
    return from.getLong(bit >>> 3) << (bit & 7);
  }

  /** What was put, filled up with zeros to whole bytes. */
  byte[] toBytes() {
    int whole = (bits() + 7) / 8;
    if (pendingBits > 0) {
      view.putInt(length, (int) (pending << (32 - pendingBits)));
    }
    return Arrays.copyOf(bytes, whole);
  }
}

package io.tapedeck.mp3;

import java.util.Arrays;

/**
 * The offsets of frames for the table of contents: of every frame at first, of every second frame
 * once the table is full, and so on. So memory is bounded, and a percent is never off by more than
 * 0.0005 of the whole.
 */
final class SeekTable {
  private static final int CAPACITY = 4096;

  private final long[] offsets = new long[CAPACITY];
  private int used;
  private int step = 1;
  private long frames;

  /** Adds the next frame, which begins this many bytes behind the start of the first. */
  void add(long offset) {
    if (frames % step == 0) {
      if (used == CAPACITY) {
        for (int i = 0; i < CAPACITY / 2; i++) {
          offsets[i] = offsets[2 * i];
        }
        used = CAPACITY / 2;
        step *= 2;
      }
      if (frames % step == 0) {
        offsets[used++] = offset;
      }
    }
    frames++;
  }

  long frames() {
    return frames;
  }

  /** A hundred bytes: the place of each percent of time, in 256ths of the file. */
  byte[] toc(int infoFrameBytes, long streamBytes) {
    byte[] toc = new byte[100];
    if (used == 0) {
      Arrays.fill(toc, (byte) 255);
      return toc;
    }
    for (int percent = 0; percent < 100; percent++) {
      int index = (int) Math.min(used - 1, frames * percent / 100 / step);
      long offset = percent == 0 ? 0 : infoFrameBytes + offsets[index];
      toc[percent] = (byte) Math.min(255, offset * 256 / streamBytes);
    }
    return toc;
  }
}

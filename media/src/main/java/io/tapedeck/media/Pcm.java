package io.tapedeck.media;

import java.io.IOException;

/** Decoded audio: little-endian 32-bit floats, interleaved, in blocks. Each block has its time. */
public interface Pcm {
  /** Moves to the next block; false at the end. */
  boolean next() throws IOException;

  /** The block's time in milliseconds. */
  long millis();

  /**
   * The block's bytes, from 0 to {@link #length()}. The next call of {@link #next()} changes them.
   */
  byte[] bytes();

  int length();

  /** Whether the data ended inside an element, because the writer died. */
  boolean brokenOff();
}

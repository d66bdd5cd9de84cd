package io.tapedeck.media;

import java.io.IOException;

/** Decoded audio: little-endian 32-bit floats, interleaved, in blocks that each have their time. */
public interface Pcm {
  /** Goes on to the next block; false at the end. */
  boolean next() throws IOException;

  /** The block's time in milliseconds. */
  long millis();

  /** The block's bytes, from 0 to {@link #length()}; changed by the next {@link #next()}. */
  byte[] bytes();

  int length();

  /** Whether the end came in the middle of something: the writer died. */
  boolean brokenOff();
}

package io.tapedeck.mp3;

/**
 * Walks over consecutive MP3 frames. It is strict: bytes that are not a frame are a {@link
 * BadFrame}, and the parser never searches behind them, so it never takes payload for a header.
 */
public final class FrameParser {
  private final byte[] bytes;
  private final int end;
  private int offset;

  /** A parser for a whole array. */
  public FrameParser(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /**
   * A parser for a part of an array, which is not copied.
   *
   * @throws IndexOutOfBoundsException if the part is not within the array
   */
  public FrameParser(byte[] bytes, int offset, int length) {
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    this.bytes = bytes;
    this.offset = offset;
    this.end = offset + length;
  }

  /** Whether anything is left. */
  public boolean hasNext() {
    return offset < end;
  }

  /** The index in the array at which the next frame begins. */
  public int offset() {
    return offset;
  }

  /**
   * Returns the header of the next frame and moves behind that frame.
   *
   * @throws BadFrame if no whole frame lies there
   */
  public FrameHeader next() {
    if (end - offset < FrameHeader.BYTES) {
      throw new BadFrame("the data ends inside a frame header");
    }
    FrameHeader header = FrameHeader.at(bytes, offset);
    if (header.slotBytes() < 0) {
      throw new BadFrame("a frame of " + header.frameBytes() + " bytes has no room for its head");
    }
    if (header.frameBytes() > end - offset) {
      throw new BadFrame(
          "a frame of " + header.frameBytes() + " bytes, but only " + (end - offset) + " are left");
    }
    offset += header.frameBytes();
    return header;
  }

  /** Skips an ID3v2 tag here, if there is one; several may follow each other. */
  public FrameParser skipId3() {
    while (end - offset >= 10
        && bytes[offset] == 'I'
        && bytes[offset + 1] == 'D'
        && bytes[offset + 2] == '3') {
      int size = 0;
      for (int at = 6; at < 10; at++) {
        size = size << 7 | (bytes[offset + at] & 0x7F);
      }
      int footer = (bytes[offset + 5] & 0x10) != 0 ? 10 : 0;
      if (size + 10 + footer > end - offset) {
        throw new BadFrame("an ID3 tag of " + size + " bytes goes beyond the data");
      }
      offset += 10 + size + footer;
    }
    return this;
  }
}

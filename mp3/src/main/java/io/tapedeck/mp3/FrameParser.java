package io.tapedeck.mp3;

/**
 * Walks over MP3 frames that lie one behind the other. Strict: what is no frame is a {@link
 * BadFrame}, never skipped in search of a likelier one, so payload is never taken for a header.
 */
public final class FrameParser {
  private final byte[] bytes;
  private final int end;
  private int offset;

  /** Over all of an array. */
  public FrameParser(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /**
   * Over a part of an array, which is not copied.
   *
   * @throws IndexOutOfBoundsException when the part is not within the array
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

  /** Where the next frame begins, in the array given. */
  public int offset() {
    return offset;
  }

  /**
   * The header of the next frame, and one frame further.
   *
   * @throws BadFrame when no whole frame lies there
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

  /** Passes over an ID3v2 tag, if one lies here; many may follow each other. */
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

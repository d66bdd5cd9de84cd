package io.tapedeck.mp3;

import java.util.Arrays;

/**
 * Takes frames out of the bit reservoir: it collects each frame's main data, wherever it lay,
 * without padding. One stream of frames per unpacker; belongs to one thread.
 */
public final class Unpacker {
  /** Larger than any frame and any reservoir together. */
  private final byte[] main = new byte[8192];

  private int length;

  /**
   * Unpacks the next frame.
   *
   * @param bytes with a whole frame at {@code offset}
   * @throws BadFrame if it is no frame, or borrows from frames that this unpacker has not seen
   */
  public Packet unpack(byte[] bytes, int offset) {
    FrameHeader header = FrameHeader.at(bytes, offset);
    int slot = header.slotBytes();
    if (slot < 0 || header.frameBytes() > bytes.length - offset) {
      throw new BadFrame("the data ends inside a frame of " + header.frameBytes() + " bytes");
    }
    int side = offset + header.overheadBytes() - header.sideInfoBytes();
    int size = SideInfo.mainDataBytes(header, bytes, side);
    append(bytes, offset + header.overheadBytes(), slot);
    int begin = length - slot - SideInfo.mainDataBegin(header, bytes, side);
    if (begin < 0) {
      throw new BadFrame("a frame borrows " + -begin + " bytes from frames that are not there");
    }
    if (begin + size > length) {
      throw new BadFrame(
          "a frame needs " + size + " bytes of main data, but has " + (length - begin));
    }
    return new Packet(
        header,
        Arrays.copyOfRange(bytes, side, side + header.sideInfoBytes()),
        Arrays.copyOfRange(main, begin, begin + size));
  }

  private void append(byte[] bytes, int offset, int slot) {
    if (length + slot > main.length) {
      int kept = Math.min(length, MpegVersion.MPEG_1.reservoirLimit);
      System.arraycopy(main, length - kept, main, 0, kept);
      length = kept;
    }
    System.arraycopy(bytes, offset, main, length, slot);
    length += slot;
  }
}

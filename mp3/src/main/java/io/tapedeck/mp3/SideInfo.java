package io.tapedeck.mp3;

/** The few bits of side information that the packer needs (ISO 11172-3 2.4.1.7). */
final class SideInfo {
  private static final int MOST_PAIRS = 288;

  /** The bit that says that the window is switched, and the two of its type. */
  private static final int SWITCHED_TO_NORMAL = 0b100;

  private SideInfo() {}

  /** How far before its frame the main data begins, in bytes of main data. */
  static int mainDataBegin(FrameHeader header, byte[] bytes, int offset) {
    int first = bytes[offset] & 255;
    return header.version() == MpegVersion.MPEG_1
        ? first << 1 | (bytes[offset + 1] & 255) >> 7
        : first;
  }

  static void setMainDataBegin(FrameHeader header, byte[] bytes, int offset, int begin) {
    if (header.version() == MpegVersion.MPEG_1) {
      bytes[offset] = (byte) (begin >> 1);
      bytes[offset + 1] = (byte) ((bytes[offset + 1] & 0x7F) | (begin & 1) << 7);
    } else {
      bytes[offset] = (byte) begin;
    }
  }

  /** Bytes of main data: the sum of the bits of all granules and channels, rounded up. */
  static int mainDataBytes(FrameHeader header, byte[] bytes, int offset) {
    int channels = header.channels();
    boolean first = header.version() == MpegVersion.MPEG_1;
    int bit = first ? channels == 1 ? 18 : 20 : channels == 1 ? 9 : 10;
    int parts = first ? 2 * channels : channels;
    int step = first ? 59 : 63;
    int bits = 0;
    for (int part = 0; part < parts; part++, bit += step) {
      bits += twelveBits(bytes, offset, bit);
    }
    return (bits + 7) / 8;
  }

  /**
   * Whether decoders can read the values: at most 288 pairs of lines (2.4.2.7), and a window that
   * is switched is no normal one.
   */
  static boolean plausible(FrameHeader header, byte[] bytes, int offset) {
    boolean first = header.version() == MpegVersion.MPEG_1;
    int channels = header.channels();
    int bit = first ? channels == 1 ? 18 : 20 : channels == 1 ? 9 : 10;
    int parts = first ? 2 * channels : channels;
    for (int part = 0; part < parts; part++, bit += first ? 59 : 63) {
      int window = twelveBits(bytes, offset, bit + (first ? 33 : 38)) >> 9;
      if (twelveBits(bytes, offset, bit + 12) >> 3 > MOST_PAIRS || window == SWITCHED_TO_NORMAL) {
        return false;
      }
    }
    return true;
  }

  private static int twelveBits(byte[] bytes, int offset, int bit) {
    int at = offset + bit / 8;
    int three = (bytes[at] & 255) << 16 | (bytes[at + 1] & 255) << 8 | (bytes[at + 2] & 255);
    return three >> (12 - bit % 8) & 0xFFF;
  }
}

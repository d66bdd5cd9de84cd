package io.tapedeck.mp3;

/**
 * The first four bytes of a frame (ISO 11172-3 2.4.2.3), checked: layer III only, no free format.
 *
 * @param word the bytes, big-endian
 */
public record FrameHeader(int word) {
  /** Bytes of a header. */
  public static final int BYTES = 4;

  public FrameHeader {
    if (!plausible(word)) {
      throw new BadFrame("not the header of a layer III frame: %08x".formatted(word));
    }
  }

  /** Whether four bytes can be a header. About one in 4,000 random words passes. */
  public static boolean plausible(int word) {
    return (word & 0xFFE00000) == 0xFFE00000
        && (word >>> 19 & 3) != 1
        && (word >>> 17 & 3) == 1
        && (word >>> 12 & 15) != 15
        && (word >>> 12 & 15) != 0
        && (word >>> 10 & 3) != 3
        && (word & 3) != 2;
  }

  static FrameHeader at(byte[] bytes, int offset) {
    if (offset < 0 || bytes.length - offset < BYTES) {
      throw new BadFrame("the data ends inside a frame header");
    }
    return new FrameHeader(
        bytes[offset] << 24
            | (bytes[offset + 1] & 255) << 16
            | (bytes[offset + 2] & 255) << 8
            | (bytes[offset + 3] & 255));
  }

  MpegVersion version() {
    return switch (word >>> 19 & 3) {
      case 3 -> MpegVersion.MPEG_1;
      case 2 -> MpegVersion.MPEG_2;
      default -> MpegVersion.MPEG_2_5;
    };
  }

  /** Samples a second. */
  public int sampleRate() {
    return version().sampleRate(sampleRateIndex());
  }

  /** 1 or 2. */
  public int channels() {
    return (word >>> 6 & 3) == 3 ? 1 : 2;
  }

  /** kbit/s. */
  public int kbps() {
    return version().kbps(bitrateIndex());
  }

  /** Whether a checksum of two bytes follows the header. */
  public boolean crc() {
    return (word >>> 16 & 1) == 0;
  }

  /** Samples of the frame, per channel: 1152 or 576. */
  public int samples() {
    return version().frameSamples;
  }

  /** Bytes of the whole frame, this header included. */
  public int frameBytes() {
    return version().frameBytes(bitrateIndex(), sampleRate(), padding());
  }

  /** Bytes of the side information, which follows header and checksum. */
  public int sideInfoBytes() {
    boolean mono = channels() == 1;
    return version() == MpegVersion.MPEG_1 ? mono ? 17 : 32 : mono ? 9 : 17;
  }

  /** Bytes before the frame's main data area: header, checksum, side information. */
  public int overheadBytes() {
    return BYTES + (crc() ? 2 : 0) + sideInfoBytes();
  }

  /**
   * Bytes of the frame's main data area; negative if the frame is smaller than its own overhead.
   */
  public int slotBytes() {
    return frameBytes() - overheadBytes();
  }

  int sampleRateIndex() {
    return word >>> 10 & 3;
  }

  int bitrateIndex() {
    return word >>> 12 & 15;
  }

  int padding() {
    return word >>> 9 & 1;
  }

  FrameHeader withBitrateIndex(int index) {
    return new FrameHeader((word & ~0xF000) | index << 12);
  }

  void put(byte[] target, int offset) {
    target[offset] = (byte) (word >>> 24);
    target[offset + 1] = (byte) (word >>> 16);
    target[offset + 2] = (byte) (word >>> 8);
    target[offset + 3] = (byte) word;
  }
}

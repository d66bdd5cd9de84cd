package io.tapedeck.mp3;

/** The two checksums of an MP3 file. Both are CRC-16 with the polynomial 8005; one is mirrored. */
final class Crc16 {
  private static final char[] STRAIGHT = new char[256];
  private static final char[] MIRRORED = new char[256];

  static {
    for (int i = 0; i < 256; i++) {
      int straight = i << 8;
      int mirrored = i;
      for (int bit = 0; bit < 8; bit++) {
        straight = (straight & 0x8000) != 0 ? straight << 1 ^ 0x8005 : straight << 1;
        mirrored = (mirrored & 1) != 0 ? mirrored >> 1 ^ 0xA001 : mirrored >> 1;
      }
      STRAIGHT[i] = (char) straight;
      MIRRORED[i] = (char) mirrored;
    }
  }

  private Crc16() {}

  /**
   * Of a frame at {@code offset} (ISO 11172-3 2.4.3.1): half its header and its side information.
   */
  static int ofFrame(byte[] bytes, int offset, int sideInfoEnd) {
    int crc = 0xFFFF;
    for (int at = offset + 2; at < sideInfoEnd; at++) {
      if (at == offset + 4) {
        at += 2;
      }
      crc = (crc << 8 & 0xFFFF) ^ STRAIGHT[crc >> 8 ^ (bytes[at] & 255)];
    }
    return crc;
  }

  /** The LAME tag's checksum of the music; continues from {@code crc}, which is 0 at first. */
  static int ofMusic(int crc, byte[] bytes, int offset, int length) {
    int value = crc;
    for (int at = offset; at < offset + length; at++) {
      value = value >> 8 ^ MIRRORED[(value ^ bytes[at]) & 255];
    }
    return value;
  }
}

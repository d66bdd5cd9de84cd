package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Tags before, between and behind the frames of an MP3 file: ID3v2, ID3v1, APE and Lyrics3. */
public final class Mp3Tags {
  private static final int ID3V2_HEADER = 10;
  private static final int ID3V1 = 128;
  private static final int ENHANCED_ID3V1 = 227;
  private static final int APE_HEADER = 32;
  private static final int LYRICS_NAME = 9;
  private static final int LYRICS_SIZE = 6;
  private static final int LYRICS_FIELD = 8;
  private static final int MOST_FIELDS = 100;

  /** Tags that follow each other; files that were tagged by many programs have ten. */
  static final int MOST_IN_A_ROW = 1_000;

  /** Lyrics3 in its first version has no size, only this limit. */
  private static final int LONGEST_OLD_LYRICS = 5_100 + 2 * LYRICS_NAME + 2;

  private Mp3Tags() {}

  /**
   * The bytes of the tag that begins at an offset; 0 if none does or its end is not in the file.
   */
  public static long lengthAt(FileChannel file, long at) throws IOException {
    ByteBuffer head = read(file, at, APE_HEADER);
    String text = text(head);
    long length =
        text.startsWith("ID3")
            ? id3v2(head)
            : text.startsWith("TAG+")
                ? ENHANCED_ID3V1
                : text.startsWith("TAG")
                    ? ID3V1
                    : text.startsWith("APETAGEX") && head.limit() == APE_HEADER
                        ? APE_HEADER + size(head)
                        : text.startsWith("LYRICSBEGIN") ? lyrics(file, at) : 0;
    return length <= file.size() - at ? length : 0;
  }

  /** Where the frames end: before the tags that stand behind each other at the end of the file. */
  public static long framesEnd(FileChannel file) throws IOException {
    long end = file.size();
    long length = lengthBefore(file, end);
    for (int i = 0; length > 0 && length <= end && i < MOST_IN_A_ROW; i++) {
      end -= length;
      length = lengthBefore(file, end);
    }
    return end;
  }

  private static long lengthBefore(FileChannel file, long end) throws IOException {
    if (text(read(file, end - ID3V1, 3)).equals("TAG")) {
      return ID3V1;
    }
    if (text(read(file, end - ENHANCED_ID3V1, 4)).equals("TAG+")) {
      return ENHANCED_ID3V1;
    }
    ByteBuffer ape = read(file, end - APE_HEADER, APE_HEADER);
    if (text(ape).startsWith("APETAGEX")) {
      long begin = end - size(ape) - APE_HEADER;
      boolean header = text(read(file, begin, APE_HEADER)).startsWith("APETAGEX");
      return size(ape) + (header ? APE_HEADER : 0);
    }
    return lyricsBefore(file, end);
  }

  private static long lyricsBefore(FileChannel file, long end) throws IOException {
    String name = text(read(file, end - LYRICS_NAME, LYRICS_NAME));
    if (name.equals("LYRICS200")) {
      String size = text(read(file, end - LYRICS_NAME - LYRICS_SIZE, LYRICS_SIZE));
      return size.matches("[0-9]{6}") ? Long.parseLong(size) + LYRICS_SIZE + LYRICS_NAME : 0;
    }
    if (name.equals("LYRICSEND")) {
      int most = (int) Math.min(LONGEST_OLD_LYRICS, end);
      int begin = text(read(file, end - most, most)).lastIndexOf("LYRICSBEGIN");
      return begin < 0 ? 0 : most - begin;
    }
    return 0;
  }

  /**
   * The first version ends within a small number of bytes. The second has fields, each with three
   * letters and its size, then the size of all in six digits.
   */
  private static long lyrics(FileChannel file, long at) throws IOException {
    long end = text(read(file, at, LONGEST_OLD_LYRICS)).indexOf("LYRICSEND");
    if (end >= 0) {
      return end + LYRICS_NAME;
    }
    long place = at + "LYRICSBEGIN".length();
    for (int i = 0; i < MOST_FIELDS; i++) {
      String field = text(read(file, place, LYRICS_SIZE + LYRICS_NAME));
      if (field.matches("[0-9]{6}LYRICS200")) {
        return place + LYRICS_SIZE + LYRICS_NAME - at;
      }
      if (!field.matches("(?s)[A-Z]{3}[0-9]{5}.*")) {
        return 0;
      }
      place += LYRICS_FIELD + Integer.parseInt(field.substring(3, LYRICS_FIELD));
    }
    return 0;
  }

  /** Seven bits of each byte of the size; a flag says that ten more bytes follow. */
  private static long id3v2(ByteBuffer head) {
    if (head.limit() < ID3V2_HEADER) {
      return 0;
    }
    int size = head.getInt(6);
    if ((size & 0x80808080) != 0) {
      return 0;
    }
    int bytes =
        (size >> 24) << 21 | (size >> 16 & 127) << 14 | (size >> 8 & 127) << 7 | (size & 127);
    return ID3V2_HEADER + (long) bytes + ((head.get(5) & 0x10) == 0 ? 0 : ID3V2_HEADER);
  }

  private static long size(ByteBuffer ape) {
    return ape.order(ByteOrder.LITTLE_ENDIAN).getInt(12) & 0xFFFFFFFFL;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
  }

  /** Nothing if the place is not in the file. */
  private static ByteBuffer read(FileChannel file, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(at < 0 ? 0 : Math.clamp(file.size() - at, 0, count));
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}

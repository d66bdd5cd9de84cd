package io.tapedeck.media;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Tags behind the audio. Most formats do not define such tags, so decoders complain about them. */
public final class TrailingTag {
  private static final int ID3V1 = 128;
  private static final int APE_FOOTER = 32;

  private TrailingTag() {}

  /** Whether the file ends with an ID3v1 tag or an APE tag. */
  public static boolean isIn(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      return text(in, ID3V1, 3).equals("TAG") || text(in, APE_FOOTER, 8).equals("APETAGEX");
    }
  }

  private static String text(RandomAccessFile in, int fromEnd, int length) throws IOException {
    if (in.length() < fromEnd) {
      return "";
    }
    byte[] bytes = new byte[length];
    in.seek(in.length() - fromEnd);
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

package io.tapedeck.tags;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A picture of a source, of which only the header is read.
 *
 * @param bytes of the file; not copied
 * @param width in pixels; 0 if it is not known
 * @param height in pixels; 0 if it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // a picture, never compared
public record Picture(byte[] bytes, Kind kind, int width, int height) {
  /** A larger picture is made smaller: more is not shown by any player, and delays the audio. */
  public static final int MOST_PIXELS_A_SIDE = 1_400;

  /** A larger file is made smaller. */
  public static final int MOST_BYTES = 500_000;

  /** A picture with more is not decoded; it would take too much memory. */
  public static final int MOST_PIXELS = 50_000_000;

  /** Kinds of pictures that sources have. */
  public enum Kind {
    JPEG,
    PNG,
    WEBP,
    GIF,
    BMP,
    TIFF,
    AVIF,
    UNKNOWN
  }

  private static final int MARKER_START_OF_SCAN = 0xDA;

  /** Reads the header; a broken one gives no size. */
  public static Picture of(byte[] bytes) {
    Kind kind = kind(bytes);
    int[] size = {0, 0};
    try {
      size =
          switch (kind) {
            case JPEG -> jpeg(ByteBuffer.wrap(bytes));
            case PNG -> new int[] {number(bytes, 16, 4), number(bytes, 20, 4)};
            case WEBP, GIF, BMP, TIFF, AVIF, UNKNOWN -> size;
          };
    } catch (RuntimeException e) {
      // The header ends too early, so the size stays unknown.
    }
    return new Picture(bytes, kind, Math.max(0, size[0]), Math.max(0, size[1]));
  }

  private static Kind kind(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(12, bytes.length), StandardCharsets.ISO_8859_1);
    if (head.startsWith("\u00FF\u00D8\u00FF")) {
      return Kind.JPEG;
    }
    if (head.startsWith("\u0089PNG")) {
      return Kind.PNG;
    }
    if (head.startsWith("RIFF") && head.endsWith("WEBP")) {
      return Kind.WEBP;
    }
    if (head.startsWith("GIF8")) {
      return Kind.GIF;
    }
    if (head.startsWith("BM")) {
      return Kind.BMP;
    }
    if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
      return Kind.TIFF;
    }
    return head.endsWith("ftypavif") || head.endsWith("ftypavis") ? Kind.AVIF : Kind.UNKNOWN;
  }

  /** The size stands in the frame's header, behind segments of any number. */
  private static int[] jpeg(ByteBuffer in) {
    in.position(2);
    while (true) {
      int marker = in.getShort() & 0xFFFF;
      int low = marker & 0xFF;
      if (marker < 0xFF00 || low == MARKER_START_OF_SCAN) {
        return new int[] {0, 0};
      }
      boolean frame = low >= 0xC0 && low <= 0xCF && low != 0xC4 && low != 0xC8 && low != 0xCC;
      int at = in.position();
      if (frame) {
        return new int[] {in.getShort(at + 5) & 0xFFFF, in.getShort(at + 3) & 0xFFFF};
      }
      in.position(at + (in.getShort(at) & 0xFFFF));
    }
  }

  private static int number(byte[] bytes, int at, int length) {
    int number = 0;
    for (int i = 0; i < length; i++) {
      number = (number << 8) | (bytes[at + i] & 0xFF);
    }
    return number;
  }

  /** The picture as a cover if it can stay as it is, bit for bit. */
  public Optional<Tags.Cover> asItIs() {
    boolean small =
        width > 0
            && height > 0
            && width <= MOST_PIXELS_A_SIDE
            && height <= MOST_PIXELS_A_SIDE
            && bytes.length <= MOST_BYTES;
    return switch (kind) {
      case JPEG -> small ? Optional.of(new Tags.Cover("image/jpeg", bytes)) : Optional.empty();
      case PNG -> small ? Optional.of(new Tags.Cover("image/png", bytes)) : Optional.empty();
      case WEBP, GIF, BMP, TIFF, AVIF, UNKNOWN -> Optional.empty();
    };
  }

  /** Whether it has more pixels than are decoded. */
  public boolean isTooLarge() {
    return (long) width * height > MOST_PIXELS;
  }
}

package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Whether a file lacks its end, according to the sizes that its container states. */
public final class Truncation {
  private static final int MOST_BOXES = 1_000_000;

  /** As many as ten hours have. Small tags of a hostile file must not keep a converter busy. */
  private static final int MOST_TAGS = 3_000_000;

  /** Boxes with audio or its index: "mdat", "moov", "moof". Cameras append other boxes. */
  private static final Set<Integer> NEEDED = Set.of(0x6D646174, 0x6D6F6F76, 0x6D6F6F66);

  /** Writers to pipes cannot correct a size and leave about 2^31 or 2^32: at most this far away. */
  private static final long NEAR = 0x1000;

  private static final int SEGMENT = 0x18538067;

  private static final int FLV_HEADER = 9;
  private static final int TAG_HEADER = 11;

  private static final Set<String> RIFF = Set.of("RIFF", "RF64", "BW64");

  /** "SSND", "data", the first bytes of the GUID of ASF's data object, and "OggS". */
  private static final int AIFF_AUDIO = 0x53534E44;

  private static final int CAF_AUDIO = 0x64617461;
  private static final int ASF_DATA = 0x75B22636;
  private static final int OGG_PAGE = 0x4F676753;

  private static final int PAGE_HEADER = 27;
  private static final int LARGEST_PAGE = PAGE_HEADER + 255 + 255 * 255;

  private Truncation() {}

  /** Whether the sizes that this kind of container states are counted from the first byte. */
  static boolean walks(Container container) {
    return switch (container) {
      case MP4, AVI, WAV, W64, FLV -> true;
      default -> false;
    };
  }

  /** Also false if the container does not state its size. */
  public static boolean isCutOff(Path file, Container container) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      return switch (container) {
        case MP4 -> boxesEndBehind(in);
        case AVI, WAV, W64 -> riffEndsBehind(in);
        case FLV -> lastTagIsNone(in) && tagGoesBeyond(in);
        case MATROSKA -> segmentEndsBehind(in);
        case OGG -> lastPageEndsBehind(in);
        case ASF -> dataObjectEndsBehind(in);
        case AIFF -> chunkEndsBehind(in, AIFF_AUDIO, 12, 8);
        case CAF -> chunkEndsBehind(in, CAF_AUDIO, 8, 12);
        case AU -> auEndsBehind(in);
        default -> false;
      };
    }
  }

  /** RFC 9559 4.5: behind the EBML header is the segment, whose size live streams leave open. */
  private static boolean segmentEndsBehind(FileChannel in) throws IOException {
    ByteBuffer head = read(in, 0, 12);
    long at = head.limit() < 12 ? in.size() : 4 + sizeBytes(head, 4) + size(head, 4);
    ByteBuffer segment = read(in, Math.min(at, in.size()), 12);
    if (segment.limit() < 12 || segment.getInt(0) != SEGMENT || segment.get(4) == 0) {
      return false;
    }
    long size = size(segment, 4);
    int bytes = sizeBytes(segment, 4);
    boolean open = size == (1L << (7 * bytes)) - 1;
    return !open && size > in.size() - at - 4 - bytes;
  }

  private static int sizeBytes(ByteBuffer in, int at) {
    return 1 + Integer.numberOfLeadingZeros(in.get(at) & 255) - 24;
  }

  private static long size(ByteBuffer in, int at) {
    int bytes = sizeBytes(in, at);
    long size = bytes > 8 ? 0 : in.get(at) & (0xFF >> bytes);
    for (int i = 1; i < bytes && bytes <= 8; i++) {
      size = size << 8 | (in.get(at + i) & 255);
    }
    return size;
  }

  /** ISO 14496-12 4.2: the boxes follow each other, and each has its size. */
  private static boolean boxesEndBehind(FileChannel in) throws IOException {
    long at = 0;
    for (int i = 0; i < MOST_BOXES && at + 8 <= in.size(); i++) {
      ByteBuffer head = read(in, at, 16);
      long size = head.getInt(0) & 0xFFFFFFFFL;
      if (size == 1 && head.limit() == 16) {
        size = head.getLong(8);
      }
      if (size < 8) {
        return false; // 0 means: up to the end of the file
      }
      if (size > in.size() - at) {
        return NEEDED.contains(head.getInt(4));
      }
      at += size;
    }
    return false;
  }

  /**
   * Walks the chunks to the one with the audio. The sizes around it do not count, because some
   * writers count their own head too. A large AVI is several RIFF chunks.
   */
  private static boolean riffEndsBehind(FileChannel in) throws IOException {
    long at = 0;
    for (int i = 0; i < MOST_BOXES && at + 8 <= in.size(); i++) {
      ByteBuffer head = read(in, at, 24).order(ByteOrder.LITTLE_ENDIAN);
      if (i == 0 && head.limit() == 24 && head.get(0) == 'r') {
        return head.getLong(16) > in.size(); // W64: 16 bytes of name and 8 of size
      }
      long size = head.getInt(4) & 0xFFFFFFFFL;
      String name = name(head, 0);
      boolean needed = name.equals("data") || (name.equals("LIST") && name(head, 8).equals("movi"));
      if (needed && at + 8 + size > in.size()) {
        return !isPlaceholder(size);
      }
      at += RIFF.contains(name) ? 12 : 8 + size + size % 2;
    }
    return false;
  }

  private static String name(ByteBuffer head, int at) {
    byte[] name = new byte[4];
    head.get(at, name, 0, Math.clamp(head.limit() - at, 0, 4));
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether the writer set a size in advance and never corrected it: all ones, or about the
   * largest.
   */
  private static boolean isPlaceholder(long size) {
    return size >= (1L << 32) - NEAR || Math.abs(size - (1L << 31)) <= NEAR;
  }

  /** The size of each tag follows it, so the last four bytes lead to the head of the last tag. */
  private static boolean lastTagIsNone(FileChannel in) throws IOException {
    ByteBuffer last = read(in, Math.max(0, in.size() - 4), 4);
    long at = in.size() - 4 - (last.limit() < 4 ? 0 : last.getInt(0));
    ByteBuffer head = at < 0 ? ByteBuffer.allocate(0) : read(in, at, 4);
    return head.limit() < 4 || (head.getInt(0) & 0xFFFFFF) + 11 != in.size() - 4 - at;
  }

  /** Walks the tags from the beginning: is one cut off? Bytes behind the last tag are not a tag. */
  private static boolean tagGoesBeyond(FileChannel in) throws IOException {
    long at = FLV_HEADER + 4;
    for (int i = 0; i < MOST_TAGS && at < in.size(); i++) {
      ByteBuffer head = read(in, at, TAG_HEADER);
      int type = head.limit() == 0 ? 0 : head.get(0) & 0x1F;
      if (type != 8 && type != 9 && type != 18) {
        return false;
      }
      long size = head.limit() < 4 ? 0 : head.getInt(0) & 0xFFFFFF;
      if (head.limit() < TAG_HEADER || at + TAG_HEADER + size > in.size()) {
        return true;
      }
      at += TAG_HEADER + size + 4;
    }
    return at > in.size(); // the size behind the last tag is cut off
  }

  /** The data object stands behind the header object; each begins with a GUID and its size. */
  private static boolean dataObjectEndsBehind(FileChannel in) throws IOException {
    ByteBuffer header = read(in, 0, 24).order(ByteOrder.LITTLE_ENDIAN);
    long at = header.limit() < 24 ? -1 : header.getLong(16);
    if (at < 24 || at > in.size()) {
      return at > in.size();
    }
    ByteBuffer data = read(in, at, 24).order(ByteOrder.LITTLE_ENDIAN);
    return data.limit() == 24
        && data.getInt(0) == ASF_DATA
        && data.getLong(16) > in.size() - at
        && data.getLong(16) != Long.MAX_VALUE;
  }

  /**
   * The chunk with the audio, of those that follow each other.
   *
   * @param at where the first chunk begins
   * @param head bytes of name and size before each chunk: 4 + 4 in AIFF, 4 + 8 in CAF
   */
  private static boolean chunkEndsBehind(FileChannel in, int audio, long at, int head)
      throws IOException {
    for (int i = 0; i < MOST_BOXES && at + head <= in.size(); i++) {
      ByteBuffer chunk = read(in, at, head);
      long size = head == 8 ? chunk.getInt(4) & 0xFFFFFFFFL : chunk.getLong(4);
      boolean beyond = size > in.size() - at - head;
      if (chunk.getInt(0) == audio) {
        return beyond && !isPlaceholder(size);
      }
      if (beyond || size < 0) {
        return false;
      }
      at += head + size + (head == 8 ? size % 2 : 0);
    }
    return false;
  }

  /** The head has the place of the audio and its size. */
  private static boolean auEndsBehind(FileChannel in) throws IOException {
    ByteBuffer head = read(in, 0, 12);
    long size = head.limit() < 12 ? 0xFFFFFFFFL : head.getInt(8) & 0xFFFFFFFFL;
    return !isPlaceholder(size) && (head.getInt(4) & 0xFFFFFFFFL) + size > in.size();
  }

  /** RFC 3533 6: a page has the sizes of its segments in a table behind its head of 27 bytes. */
  private static boolean lastPageEndsBehind(FileChannel in) throws IOException {
    long from = Math.max(0, in.size() - LARGEST_PAGE);
    ByteBuffer end = read(in, from, LARGEST_PAGE);
    for (int at = end.limit() - 5; at >= 0; at--) {
      if (end.getInt(at) == OGG_PAGE && end.get(at + 4) == 0) {
        return pageSize(end, at) > end.limit() - at;
      }
    }
    return false;
  }

  private static int pageSize(ByteBuffer end, int at) {
    if (end.limit() - at < PAGE_HEADER) {
      return PAGE_HEADER;
    }
    int segments = end.get(at + PAGE_HEADER - 1) & 0xFF;
    int size = PAGE_HEADER + segments;
    for (int i = 0; i < segments && at + PAGE_HEADER + i < end.limit(); i++) {
      size += end.get(at + PAGE_HEADER + i) & 0xFF;
    }
    return size;
  }

  private static ByteBuffer read(FileChannel in, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}

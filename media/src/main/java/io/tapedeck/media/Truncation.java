package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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

  private static final int RIFF = 0x46464952;
  private static final int SEGMENT = 0x18538067;

  /** Name and size of an object of ASF, and how the name of the one with the packets begins. */
  private static final int ASF_OBJECT = 24;

  private static final int ASF_DATA = 0x3626B275;

  private static final int FLV_HEADER = 9;
  private static final int TAG_HEADER = 11;

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
        case ASF -> asfEndsBehind(in);
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

  /** The data object follows the header and has its size; an index may follow it. */
  private static boolean asfEndsBehind(FileChannel in) throws IOException {
    ByteBuffer header = read(in, 0, ASF_OBJECT).order(ByteOrder.LITTLE_ENDIAN);
    long at = header.limit() < ASF_OBJECT ? in.size() : header.getLong(16);
    ByteBuffer data = read(in, Math.clamp(at, 0, in.size()), ASF_OBJECT);
    return data.limit() == ASF_OBJECT
        && data.getInt(0) == ASF_DATA
        && data.order(ByteOrder.LITTLE_ENDIAN).getLong(16) > in.size() - at;
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
   * The size of a RIFF chunk, or of a W64 chunk, which has 16 bytes of name and 8 of size. An AVI
   * of more than a gigabyte has several RIFF chunks.
   */
  private static boolean riffEndsBehind(FileChannel in) throws IOException {
    long at = 0;
    for (int i = 0; i < MOST_BOXES; i++) {
      ByteBuffer head = read(in, at, 24).order(ByteOrder.LITTLE_ENDIAN);
      if (head.limit() < 24 || (at > 0 && head.getInt(0) != RIFF)) {
        return false;
      }
      if (head.get(0) == 'r') {
        return head.getLong(16) > in.size();
      }
      long size = head.getInt(4) & 0xFFFFFFFFL;
      if (isPlaceholder(size)) {
        return false;
      }
      at += 8 + size;
      if (at > in.size()) {
        return true;
      }
      at += size % 2;
    }
    return false;
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

  private static ByteBuffer read(FileChannel in, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}

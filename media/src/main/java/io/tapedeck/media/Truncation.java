package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Whether a file lacks its end, by what its container says of its own size. */
public final class Truncation {
  private static final int MOST_BOXES = 1_000_000;

  /** Boxes "free" and "skip", whatever their sizes, hold nothing that could be missed. */
  private static final Set<Integer> PADDING = Set.of(0x66726565, 0x736B6970);

  private Truncation() {}

  /** False also where the container does not say. */
  public static boolean isCutOff(Path file, Container container) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      return switch (container) {
        case MP4 -> boxesEndBehind(in);
        case AVI, WAV -> riffEndsBehind(in);
        case FLV -> lastTagIsNone(in);
        case MATROSKA, MPEG_TS, MPEG_PS, ASF, OGG, AIFF, CAF, FLAC, AU, AMR, WAVPACK, BARE -> false;
      };
    }
  }

  /** ISO 14496-12 4.2: boxes one behind the other, each with its size. */
  private static boolean boxesEndBehind(FileChannel in) throws IOException {
    long at = 0;
    for (int i = 0; i < MOST_BOXES && at + 8 <= in.size(); i++) {
      ByteBuffer head = read(in, at, 16);
      long size = head.getInt(0) & 0xFFFFFFFFL;
      if (size == 1 && head.limit() == 16) {
        size = head.getLong(8);
      }
      if (size < 8) {
        return false; // 0: up to the end of the file, whatever that is
      }
      if (size > in.size() - at) {
        return !PADDING.contains(head.getInt(4));
      }
      at += size;
    }
    return false;
  }

  /** The size of a RIFF chunk; recorders that never came to write it left 0 or all ones. */
  private static boolean riffEndsBehind(FileChannel in) throws IOException {
    ByteBuffer head = read(in, 0, 8).order(ByteOrder.LITTLE_ENDIAN);
    long size = head.limit() < 8 ? 0 : head.getInt(4) & 0xFFFFFFFFL;
    return size != 0xFFFFFFFFL && size + 8 > in.size();
  }

  /** Behind each tag stands its size, so the last four bytes lead to the last tag's head. */
  private static boolean lastTagIsNone(FileChannel in) throws IOException {
    ByteBuffer last = read(in, Math.max(0, in.size() - 4), 4);
    long at = in.size() - 4 - (last.limit() < 4 ? 0 : last.getInt(0));
    ByteBuffer head = at < 0 ? ByteBuffer.allocate(0) : read(in, at, 4);
    return head.limit() < 4 || (head.getInt(0) & 0xFFFFFF) + 11 != in.size() - 4 - at;
  }

  private static ByteBuffer read(FileChannel in, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }
}

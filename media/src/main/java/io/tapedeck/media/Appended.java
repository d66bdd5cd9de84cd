package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Finds recordings that were appended to a file and that ffmpeg does not read. */
public final class Appended {
  private static final int FTYP = 0x66747970;
  private static final int MOOV = 0x6D6F6F76;
  private static final int MOST_BOXES = 100_000;
  private static final int FLV = 0x464C5601;

  /** As many as ten hours have; a tag takes a microsecond. */
  private static final int MOST_TAGS = 3_000_000;

  private Appended() {}

  /**
   * What to tell of the first recording that is not read. Of MP4 and of FLV with its header ffmpeg
   * reads the first recording, of Matroska with stated sizes the first two; of everything else all.
   */
  public static Optional<String> unread(Path file, Container container) throws IOException {
    long at =
        switch (container) {
          case MATROSKA -> MatroskaFile.in(file, container).map(MatroskaFile::third).orElse(0L);
          case MP4 -> secondFile(file);
          case FLV -> secondHeader(file);
          default -> 0;
        };
    return at == 0
        ? Optional.empty()
        : Optional.of(
            "another recording was appended to the file at byte "
                + at
                + "; it is not in the MP3, so split the file there");
  }

  /** A box "ftyp" behind a whole file begins another; 0 if there is none. */
  private static long secondFile(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      boolean index = false;
      long at = 0;
      for (int i = 0; i < MOST_BOXES && at >= 0 && at <= in.size() - 8; i++) {
        ByteBuffer head = read(in, at, 16);
        long size = head.getInt(0) & 0xFFFFFFFFL;
        size = size == 1 ? head.getLong(8) : size;
        if (index && head.getInt(4) == FTYP) {
          return at;
        }
        index |= head.getInt(4) == MOOV;
        if (size < 8) {
          return 0;
        }
        at += size;
      }
      return 0;
    }
  }

  /** Behind the last tag of a recording and its size, the header of another; 0 if there is none. */
  private static long secondHeader(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = 13;
      for (int i = 0; i < MOST_TAGS && at + 11 <= in.size(); i++) {
        int head = read(in, at, 4).getInt(0);
        if (head == FLV) {
          return at;
        }
        at += 11 + (head & 0xFFFFFF) + 4;
      }
      return 0;
    }
  }

  /** Bytes behind the end of the file are zeros. */
  private static ByteBuffer read(FileChannel in, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {}
    return bytes;
  }
}

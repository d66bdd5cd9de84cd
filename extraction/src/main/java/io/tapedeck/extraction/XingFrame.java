package io.tapedeck.extraction;

import io.tapedeck.mp3.BadFrame;
import io.tapedeck.mp3.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The silent frame before copied frames. It tells players how many frames follow, how long they are
 * and where to seek. Without it, players guess the length of a variable bitrate from its first
 * frame. If the source is an MP3 file with such a frame, that frame is kept, because it also states
 * the encoder's delay.
 */
final class XingFrame {
  private static final int FIELDS = 4 + 4 + 4 + 4 + 100;
  private static final int COUNTS_AND_TABLE = 7;
  private static final int MOST_MARKS = 4_096;
  private static final int ID3_HEADER = 10;

  private final FrameHeader header;
  private final byte[] own;
  private long[] marks = new long[MOST_MARKS];
  private long frames;
  private long bytes;
  private int step = 1;
  private int firstKbps;
  private boolean variable;

  private XingFrame(FrameHeader header, byte[] own) {
    this.header = header;
    this.own = own;
  }

  /**
   * The frame for copied frames like the given one; null if that frame is not understood.
   *
   * @param first the first frame's header
   * @param own the source's own frame, or no bytes
   */
  static @Nullable XingFrame before(int first, byte[] own) {
    try {
      // No checksum, no padding, and the lowest bitrate whose frame is large enough.
      int word = (first | 0x10000) & ~0x200;
      for (int index = 1; index < 15; index++) {
        FrameHeader header = new FrameHeader((word & ~0xF000) | (index << 12));
        if (header.slotBytes() >= FIELDS) {
          return new XingFrame(header, own);
        }
      }
      return null;
    } catch (BadFrame e) {
      return null;
    }
  }

  /** The source's own such frame if the source is an MP3 file that has one; else no bytes. */
  static byte[] of(Path source) throws IOException {
    try (FileChannel file = FileChannel.open(source)) {
      long at = 0;
      byte[] head = at(file, at, ID3_HEADER);
      if (head.length == ID3_HEADER && head[0] == 'I' && head[1] == 'D' && head[2] == '3') {
        // ID3 uses seven bits of each byte; the eighth bit is ignored.
        int size =
            (head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127);
        at += ID3_HEADER + size + ((head[5] & 0x10) == 0 ? 0 : ID3_HEADER);
      }
      byte[] word = at(file, at, FrameHeader.BYTES);
      if (word.length < FrameHeader.BYTES
          || !FrameHeader.plausible(ByteBuffer.wrap(word).getInt())) {
        return new byte[0];
      }
      FrameHeader header = new FrameHeader(ByteBuffer.wrap(word).getInt());
      byte[] frame = at(file, at, header.frameBytes());
      int place = FrameHeader.BYTES + header.sideInfoBytes();
      String name =
          frame.length < place + 4 ? "" : new String(frame, place, 4, StandardCharsets.ISO_8859_1);
      return name.equals("Xing") || name.equals("Info") ? frame : new byte[0];
    }
  }

  private static byte[] at(FileChannel file, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    int read = 0;
    while (buffer.hasRemaining() && read >= 0) {
      read = file.read(buffer, position + buffer.position());
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** The frame with the values still empty. */
  byte[] placeholder() {
    return own.length > 0 ? own : new byte[header.frameBytes()];
  }

  /** Counts a frame that is copied. */
  void add(byte[] frame, int length) {
    if (frames % step == 0) {
      if (frames / step == MOST_MARKS) {
        for (int i = 0; i < MOST_MARKS / 2; i++) {
          marks[i] = marks[2 * i];
        }
        step *= 2;
      }
      marks[(int) (frames / step)] = bytes;
    }
    int kbps = length < FrameHeader.BYTES ? 0 : (frame[2] & 0xF0);
    variable |= frames > 0 && kbps != firstKbps;
    firstKbps = frames == 0 ? kbps : firstKbps;
    frames++;
    bytes += length;
  }

  /** The frame with all values; empty if the source's own frame is used. */
  Optional<byte[]> filled() {
    if (own.length > 0) {
      return Optional.empty();
    }
    byte[] frame = new byte[header.frameBytes()];
    long all = bytes + frame.length;
    ByteBuffer out = ByteBuffer.wrap(frame).putInt(header.word());
    out.position(header.overheadBytes());
    out.put((variable ? "Xing" : "Info").getBytes(StandardCharsets.ISO_8859_1));
    out.putInt(COUNTS_AND_TABLE).putInt((int) frames).putInt((int) Math.min(all, 0xFFFFFFFFL));
    for (int percent = 0; percent < 100; percent++) {
      int mark = (int) (frames * percent / 100 / step);
      out.put((byte) Math.min(255, (marks[mark] + frame.length) * 256 / all));
    }
    return Optional.of(frame);
  }
}

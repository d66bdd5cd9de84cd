package io.tapedeck.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Numbers at any place of a file, read through a small window that moves: heads that stand close
 * together take one read. Behind the file's end all bytes are zero. Not safe for several threads.
 */
final class FileWindow implements AutoCloseable {
  /** Most metadata lies within so few bytes; a jump to another place costs no more than that. */
  private static final int SIZE = 16 << 10;

  private final FileChannel in;
  private final ByteBuffer window = ByteBuffer.allocate(SIZE);
  private final long size;
  private long begin;
  private long end;

  FileWindow(Path file) throws IOException {
    in = FileChannel.open(file, StandardOpenOption.READ);
    size = in.size();
  }

  /** Of the file, in bytes. */
  long size() {
    return size;
  }

  /** The byte at a place; 0 where the file has none. */
  int byteAt(long at) throws IOException {
    if (at < 0 || at >= size) {
      return 0;
    }
    if (at < begin || at >= end) {
      fill(at);
    }
    return at < end ? window.get((int) (at - begin)) & 255 : 0;
  }

  private void fill(long at) throws IOException {
    window.clear();
    begin = at;
    while (window.hasRemaining() && in.read(window, at + window.position()) > 0) {}
    end = at + window.position();
  }

  /** A number without a sign; of eight bytes the largest are negative. */
  long number(long at, int bytes, ByteOrder order) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      int place = order == ByteOrder.BIG_ENDIAN ? i : bytes - 1 - i;
      value = value << 8 | byteAt(at + place);
    }
    return value;
  }

  /** Four bytes, the highest first. */
  long big(long at) throws IOException {
    return number(at, 4, ByteOrder.BIG_ENDIAN);
  }

  /** Four bytes, the lowest first. */
  long little(long at) throws IOException {
    return number(at, 4, ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether these characters of one byte stand there. */
  boolean is(long at, String name) throws IOException {
    for (int i = 0; i < name.length(); i++) {
      if (byteAt(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

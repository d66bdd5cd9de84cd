package io.tapedeck.ffmpeg;

import io.tapedeck.media.Container;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * Counts the tags of the other kinds of file: ID3v2 at the beginning and in chunks, the comments of
 * Vorbis, INFO lists, and APE tags.
 */
final class TagEntries {
  private static final int ID3_HEAD = 10;
  private static final int PAGE_HEAD = 27;

  /** ffmpeg looks for the comments of Ogg streams at the beginning of each. */
  private static final int MOST_PAGES = 1_000;

  private final FileWindow in;
  private final EntryCount count = new EntryCount("its metadata");

  TagEntries(FileWindow in) {
    this.in = in;
  }

  void count(Container container) throws IOException {
    long behind = id3(0);
    switch (container) {
      case FLAC -> flac(behind);
      case OGG -> ogg();
      case WAV, AVI -> chunks(12, in.size(), ByteOrder.LITTLE_ENDIAN, 0);
      case AIFF -> chunks(12, in.size(), ByteOrder.BIG_ENDIAN, 0);
      default -> {}
    }
    ape();
  }

  /** Counts the frames of tags that follow each other; returns the place behind them. */
  private long id3(long from) throws IOException {
    long at = from;
    while (in.is(at, "ID3") && in.byteAt(at + 3) < 255 && count.element()) {
      long end = at + ID3_HEAD + sevenBits(at + 6);
      // Old iTunes wrote sizes of 2.4 with eight bits a byte, and ffmpeg guesses which it is.
      int before = frames(at + ID3_HEAD, end, in.byteAt(at + 3), true);
      int other = frames(at + ID3_HEAD, end, in.byteAt(at + 3), false);
      count.tags(Math.max(before, other));
      at = end;
    }
    return at;
  }

  private int frames(long from, long to, int version, boolean sevenBits) throws IOException {
    int head = version == 2 ? 6 : ID3_HEAD;
    int frames = 0;
    long at = from;
    while (to - at > head
        && at < in.size()
        && in.byteAt(at) != 0
        && frames <= EntryCount.MOST_ENTRIES) {
      long size =
          version == 2
              ? in.number(at + 3, 3, ByteOrder.BIG_ENDIAN)
              : version == 4 && sevenBits ? sevenBits(at + 4) : in.big(at + 4);
      at += head + size;
      frames++;
    }
    return frames;
  }

  private long sevenBits(long at) throws IOException {
    long value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 7 | (in.byteAt(at + i) & 127);
    }
    return value;
  }

  private void flac(long from) throws IOException {
    long at = from + 4;
    boolean last = false;
    while (!last && at < in.size() && count.element()) {
      int kind = in.byteAt(at);
      long size = in.number(at + 1, 3, ByteOrder.BIG_ENDIAN);
      if ((kind & 127) == 4) {
        comments(at + 4, size);
      }
      last = kind >= 128;
      at += 4 + size;
    }
  }

  /** The comments of Vorbis: who wrote them, how many there are, and each with its length. */
  private void comments(long at, long size) throws IOException {
    long writer = in.little(at);
    if (writer <= size - 8) {
      count.tags(Math.min(in.little(at + 4 + writer), (size - 8 - writer) / 4));
    }
  }

  private void ogg() throws IOException {
    long at = 0;
    for (int i = 0; i < MOST_PAGES && in.is(at, "OggS"); i++) {
      int segments = in.byteAt(at + 26);
      long body = at + PAGE_HEAD + segments;
      int bytes = 0;
      for (int j = 0; j < segments; j++) {
        bytes += in.byteAt(at + PAGE_HEAD + j);
      }
      // A comment that goes on over pages is at most as long as the rest of the file.
      if (in.is(body, "\3vorbis") || in.is(body, "\201theora")) {
        comments(body + 7, in.size() - body);
      } else if (in.is(body, "OpusTags")) {
        comments(body + 8, in.size() - body);
      }
      at = body + bytes;
    }
  }

  private void chunks(long from, long to, ByteOrder order, int depth) throws IOException {
    long at = from;
    while (to - at >= 8 && count.element()) {
      long size = Math.min(in.number(at + 4, 4, order), to - at - 8);
      if (in.is(at, "LIST") && depth < 4) {
        boolean info = in.is(at + 8, "INFO");
        if (info) {
          info(at + 12, at + 8 + size);
        } else if (!in.is(at + 8, "movi")) {
          chunks(at + 12, at + 8 + size, order, depth + 1);
        }
      } else if (in.is(at, "id3 ") || in.is(at, "ID3 ")) {
        id3(at + 8);
      }
      at += 8 + size + (size & 1);
    }
  }

  private void info(long from, long to) throws IOException {
    long at = from;
    while (to - at >= 8) {
      count.tags(1);
      long size = in.little(at + 4);
      at += 8 + size + (size & 1);
    }
  }

  /** The tag stands at the end, or before an ID3v1 tag of 128 bytes. */
  private void ape() throws IOException {
    for (long end : new long[] {in.size(), in.size() - 128}) {
      if (in.is(end - 32, "APETAGEX")) {
        count.tags(in.little(end - 16));
      }
    }
  }
}

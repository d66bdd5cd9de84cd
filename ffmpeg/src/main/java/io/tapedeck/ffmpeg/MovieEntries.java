package io.tapedeck.ffmpeg;

import java.io.IOException;
import java.nio.ByteOrder;

/** Counts the tracks and tags in the boxes of an MP4 or MOV (ISO 14496-12, QuickTime). */
final class MovieEntries {
  private static final int DEEPEST = 12;

  private final FileWindow in;
  private final EntryCount count = new EntryCount("its index");

  MovieEntries(FileWindow in) {
    this.in = in;
  }

  void count() throws IOException {
    walk(0, in.size(), 0, false);
  }

  /**
   * Walks over boxes.
   *
   * @param tags whether each of them is a tag
   */
  private void walk(long from, long to, int depth, boolean tags) throws IOException {
    long at = from;
    while (to - at >= 8 && count.element()) {
      count.tags(tags ? 1 : 0);
      long size = in.big(at);
      int head = 8;
      if (size == 1) {
        size = in.number(at + 8, 8, ByteOrder.BIG_ENDIAN);
        head = 16;
      }
      if (size != 0 && size < head) {
        return;
      }
      long end = size == 0 || size > to - at ? to : at + size;
      take(at, head, end, depth);
      at = end;
    }
  }

  private void take(long at, int head, long end, int depth) throws IOException {
    String name = name(at + 4);
    if (name.equals("trak")) {
      count.track();
    }
    if (depth >= DEEPEST) {
      return;
    }
    switch (name) {
      case "moov", "trak", "mdia", "minf" -> walk(at + head, end, depth + 1, false);
      case "udta", "ilst" -> walk(at + head, end, depth + 1, true);
      // Of ISO's kind four bytes stand before the boxes, of QuickTime's none.
      case "meta" -> walk(at + head + (in.big(at + head) == 0 ? 4 : 0), end, depth + 1, false);
      default -> {}
    }
  }

  private String name(long at) throws IOException {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      name.append((char) in.byteAt(at + i));
    }
    return name.toString();
  }
}

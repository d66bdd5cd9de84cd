package io.tapedeck.ffmpeg;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts what a Matroska file names before its first cluster, and where its seek heads point to
 * (RFC 9559). ffmpeg reads no metadata elsewhere.
 */
final class MatroskaEntries {
  private static final int SEGMENT = 0x18538067;
  private static final int CLUSTER = 0x1F43B675;
  private static final int SEEK_HEAD = 0x114D9B74;
  private static final int SEEK_POSITION = 0x53AC;

  /** Seek heads name up to ten places; ffmpeg follows 64. */
  private static final int MOST_PLACES = 200;

  /** Tags may lie within tags, and chapters within chapters. */
  private static final int DEEPEST = 20;

  private final FileWindow in;
  private final EntryCount count = new EntryCount("its metadata");
  private final Deque<Long> places = new ArrayDeque<>();
  private final Set<Long> seen = new HashSet<>();
  private long segment = -1;

  MatroskaEntries(FileWindow in) {
    this.in = in;
  }

  void count() throws IOException {
    walk(0, in.size(), 0, false);
    for (int i = 0; i < MOST_PLACES && !places.isEmpty(); i++) {
      long place = places.remove();
      if (place >= segment && place < in.size() && seen.add(place)) {
        walk(place, in.size(), 1, true);
      }
    }
  }

  /**
   * Walks over elements.
   *
   * @param one whether only the first of them counts
   */
  private void walk(long from, long to, int depth, boolean one) throws IOException {
    long at = from;
    while (at < to && count.element()) {
      int idLength = length(at);
      int sizeLength = length(at + idLength);
      if (idLength > 4 || sizeLength > 8) {
        return;
      }
      int id = (int) value(at, idLength, false);
      long size = value(at + idLength, sizeLength, true);
      long content = at + idLength + sizeLength;
      boolean known = size != (1L << (7 * sizeLength)) - 1;
      long end = known && size <= to - content ? content + size : to;
      if (depth == 1) {
        seen.add(at);
      }
      if (id == CLUSTER) {
        return;
      }
      take(id, content, end, depth);
      if (one) {
        return;
      }
      at = end;
    }
  }

  private void take(int id, long content, long end, int depth) throws IOException {
    switch (id) {
      case SEGMENT -> {
        segment = segment < 0 ? content : segment;
        within(content, end, depth);
      }
      case SEEK_POSITION ->
          places.add(segment + value(content, Math.clamp(end - content, 0, 8), false));
      case 0xAE, 0x61A7 -> count.track(); // TrackEntry, AttachedFile
      case 0xB6 -> { // ChapterAtom
        count.chapter();
        within(content, end, depth);
      }
      case 0x67C8 -> { // SimpleTag
        count.tags(1);
        within(content, end, depth);
      }
      // Seek, Tracks, Attachments, Chapters, EditionEntry, Tags, Tag
      case SEEK_HEAD, 0x4DBB, 0x1654AE6B, 0x1941A469, 0x1043A770, 0x45B9, 0x1254C367, 0x7373 ->
          within(content, end, depth);
      default -> {} // skipped
    }
  }

  private void within(long content, long end, int depth) throws IOException {
    if (depth < DEEPEST) {
      walk(content, end, depth + 1, false);
    }
  }

  /** Of the number that begins there, in bytes; more than eight if none does. */
  private int length(long at) throws IOException {
    return Integer.numberOfLeadingZeros(in.byteAt(at)) - 23;
  }

  private long value(long at, int length, boolean size) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = value << 8 | in.byteAt(at + i);
    }
    return size ? value & ((1L << (7 * length)) - 1) : value;
  }
}

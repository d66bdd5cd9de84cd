package io.tapedeck.media;

import org.jspecify.annotations.Nullable;

/**
 * Finds a stream that has no signature, such as MPEG-TS or ADTS, by several packets or frames that
 * follow each other. They may stand behind other bytes: a recording that began in the middle, or an
 * answer of a server before the stream. The further in, the more frames are required, so that
 * texts, pictures and programs are not taken for audio.
 */
final class StreamSearch {
  private static final int[] TS_PACKETS = {188, 192, 204};
  private static final int FEWEST_AT_THE_START = 3;
  private static final int FEWEST_BEHIND = 6;
  private static final int FEWEST_BEFORE_THE_END = 4;
  private static final long TRUEHD_SYNC = 0xF8726FBAL;
  private static final long MLP_SYNC = 0xF8726FBBL;

  private StreamSearch() {}

  static @Nullable Container in(Head head) {
    for (int at = 0; at < head.size(); at++) {
      Container stream = startingAt(head, at);
      if (stream != null) {
        return stream;
      }
    }
    return atTheStart(head);
  }

  private static @Nullable Container startingAt(Head head, int at) {
    int first = head.at(at);
    if (first == 0x47 && packets(head, at)) {
      return Container.MPEG_TS;
    }
    if (first == 0 && programStream(head, at)) {
      return Container.MPEG_PS;
    }
    if (first == 0x1F && head.number(at, 3) == 0x1F0700 && head.number(at + 80, 3) == 0x3F0700) {
      return Container.DV; // the header and the first subcode block of a DIF sequence
    }
    long sync = head.number(at + 4, 4);
    if ((sync == TRUEHD_SYNC || sync == MLP_SYNC) && (at == 0 || comesAgain(head, at + 8, sync))) {
      return sync == MLP_SYNC ? Container.MLP : Container.TRUEHD;
    }
    BareFrame frame = BareFrame.at(head, at);
    return frame != null && frames(head, at, frame) ? frame.container() : null;
  }

  /**
   * Packets of 188, 192 (with a time code) or 204 (with check bytes) begin with 0x47, and have a
   * payload or an adaptation field (ISO 13818-1 2.4.3.2).
   */
  private static boolean packets(Head head, int start) {
    for (int size : TS_PACKETS) {
      int fewest = start < size ? FEWEST_AT_THE_START : FEWEST_BEHIND;
      int packets = 0;
      int at = start;
      while (packets < FEWEST_BEHIND && head.at(at) == 0x47 && (head.at(at + 3) & 0x30) != 0) {
        packets++;
        at += size;
      }
      boolean all = packets == FEWEST_BEHIND || at >= head.size();
      if (packets >= fewest && all) {
        return true;
      }
    }
    return false;
  }

  /** A pack header (ISO 13818-1 2.5.3.3, ISO 11172-1 2.4.3.2) with another start code behind it. */
  private static boolean programStream(Head head, int at) {
    if (head.number(at, 4) != 0x000001BA) {
      return false;
    }
    boolean two = (head.at(at + 4) & 0xC4) == 0x44 && (head.at(at + 12) & 3) == 3;
    boolean one = (head.at(at + 4) & 0xF1) == 0x21 && (head.at(at + 8) & 1) == 1;
    int behind = at + (two ? 14 + (head.at(at + 13) & 7) : 12);
    return (one || two) && head.number(behind, 3) == 1 && head.at(behind + 3) >= 0xBA;
  }

  /** TrueHD and MLP repeat this word several times a second; by chance it is there only once. */
  private static boolean comesAgain(Head head, int from, long sync) {
    for (int at = from; at < head.size(); at++) {
      if (head.number(at, 4) == sync) {
        return true;
      }
    }
    return false;
  }

  private static boolean frames(Head head, int start, BareFrame first) {
    int fewest = start == 0 ? FEWEST_AT_THE_START : FEWEST_BEHIND;
    int count = 0;
    int at = start;
    BareFrame frame = first;
    while (frame != null && frame.continues(first)) {
      count++;
      at += frame.bytes();
      if (count >= fewest || at >= head.size()) {
        return count >= Math.min(fewest, FEWEST_BEFORE_THE_END) || start == 0;
      }
      frame = BareFrame.at(head, at);
    }
    return false;
  }

  /** One frame at the very beginning, whatever follows: damage, or MP3 of free bitrate. */
  private static @Nullable Container atTheStart(Head head) {
    int two = (int) head.number(0, 2);
    BareFrame frame = BareFrame.at(head, 0);
    if (frame != null) {
      return frame.container();
    }
    int third = head.at(2);
    boolean freeBitrate = (third & 0xF0) == 0 && (third & 0x0C) != 0x0C;
    boolean layer = (two & 0xFFE0) == 0xFFE0 && (two & 0x0018) != 0x0008 && (two & 0x0006) != 0;
    return layer && freeBitrate ? Container.BARE : null;
  }

  /** The four forms of the sync word of DTS: 16 and 14 bits, big and little endian. */
  static boolean dts(long word) {
    return word == 0x7FFE8001L || word == 0xFE7F0180L || word == 0x1FFFE800L || word == 0xFF1F00E8L;
  }
}

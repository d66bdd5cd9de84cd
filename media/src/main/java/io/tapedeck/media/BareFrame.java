package io.tapedeck.media;

import org.jspecify.annotations.Nullable;

/**
 * The header of a frame of audio that needs no container.
 *
 * @param container the kind of stream
 * @param bytes the whole frame's, header included
 * @param fixed the bits that are the same in all frames of a stream
 */
record BareFrame(Container container, int bytes, long fixed) {
  private static final int[] AC3_KBPS = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
  };
  private static final int[] RATES = {44_100, 48_000, 32_000};
  private static final int[] LAYER_1 = {
    32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448
  };
  private static final int[] LAYER_2 = {
    32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384
  };
  private static final int[] LAYER_3 = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] LOW_LAYER_1 = {
    32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256
  };
  private static final int[] LOW = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};

  /** Reads the header at {@code at}; null if there is none. */
  static @Nullable BareFrame at(Head head, int at) {
    long word = head.number(at, 4);
    if (word >>> 16 == 0x0B77) {
      return ac3(head, at);
    }
    if (StreamSearch.dts(word)) {
      return dts(head, at, word);
    }
    if (word >>> 21 == 0x2B7) { // LOAS: ISO 14496-3 1.7.2
      return new BareFrame(Container.LOAS, 3 + (int) ((word >> 8) & 0x1FFF), 0);
    }
    if (word >>> 21 != 0x7FF) {
      return null;
    }
    return (word >> 17 & 3) == 0 ? adts(head, at, word) : mpeg(word);
  }

  boolean continues(BareFrame first) {
    return container == first.container && fixed == first.fixed;
  }

  /** ISO 13818-7 6.2: twelve bits of sync, and the rate's index is below 13. */
  private static @Nullable BareFrame adts(Head head, int at, long word) {
    int bytes = (int) ((head.number(at + 3, 3) >> 5) & 0x1FFF);
    boolean valid = (word >>> 20) == 0xFFF && (word >> 10 & 15) < 13 && bytes > 7;
    return valid ? new BareFrame(Container.ADTS, bytes, word & 0xFFFEFDC0L) : null;
  }

  /** ISO 11172-3 2.4.2.3; null for free bitrate too, because its length is not stated. */
  private static @Nullable BareFrame mpeg(long word) {
    int version = (int) (word >> 19 & 3);
    int layer = 4 - (int) (word >> 17 & 3);
    int bitrate = (int) (word >> 12 & 15);
    int rate = (int) (word >> 10 & 3);
    if (version == 1 || bitrate == 0 || bitrate == 15 || rate == 3) {
      return null;
    }
    boolean low = version != 3;
    int hertz = RATES[rate] >> (low ? version == 2 ? 1 : 2 : 0);
    int[] table =
        layer == 1 ? low ? LOW_LAYER_1 : LAYER_1 : low ? LOW : layer == 2 ? LAYER_2 : LAYER_3;
    int bits = table[bitrate - 1] * 1000;
    int padding = (int) (word >> 9 & 1);
    int bytes =
        layer == 1
            ? (12 * bits / hertz + padding) * 4
            : (layer == 3 && low ? 72 : 144) * bits / hertz + padding;
    return new BareFrame(Container.BARE, bytes, word & 0xFFFE0C00L);
  }

  /** ETSI TS 102 366: up to bsid 10 it is AC-3 (4.4.1, table 4.13), above E-AC-3 (annex E). */
  private static @Nullable BareFrame ac3(Head head, int at) {
    int bsid = head.at(at + 5) >> 3;
    if (bsid > 16) {
      return null;
    }
    if (bsid > 10) {
      int bytes = 2 * (1 + (int) (head.number(at + 2, 2) & 0x7FF));
      return new BareFrame(Container.EAC3, bytes, 0);
    }
    int rate = head.at(at + 4) >> 6;
    int size = head.at(at + 4) & 63;
    if (rate == 3 || size >= 2 * AC3_KBPS.length) {
      return null;
    }
    int kbps = AC3_KBPS[size / 2];
    int words =
        switch (rate) {
          case 0 -> 2 * kbps;
          case 1 -> kbps * 320 / 147 + size % 2;
          default -> 3 * kbps;
        };
    return new BareFrame(Container.AC3, 2 * words, rate);
  }

  /** ETSI TS 102 114 5.4.1. With an extension behind the core, the next core is searched for. */
  private static BareFrame dts(Head head, int at, long word) {
    int next = at + 4;
    while (next < head.size() && head.number(next, 4) != word) {
      next++;
    }
    return new BareFrame(Container.DTS, next - at, word);
  }
}

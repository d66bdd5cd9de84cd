package io.tapedeck.mp3;

/**
 * How the values of a granule are divided: pairs in two or three regions with a table each, then
 * fours (ISO 11172-3 2.4.2.7). Found in side information, or made as cheap as can be.
 */
final class Division {
  static final int BANDS = 22;

  private static final int MOST_IN_FIRST = 16;
  private static final int MOST_IN_SECOND = 8;

  /** Where a region ends when blocks are switched, in pairs: the same for all of MPEG-1. */
  private static final int[] SWITCHED = {0, 18, Spectrum.PAIRS};

  /** Scale factor bands, in pairs, of 44.1, 48 and 32 kHz (table B.8). */
  private static final int[][] EDGES = {
    {0, 2, 4, 6, 8, 10, 12, 15, 18, 22, 26, 31, 37, 45, 55, 67, 81, 98, 119, 144, 171, 209, 288},
    {0, 2, 4, 6, 8, 10, 12, 15, 18, 21, 25, 30, 36, 44, 53, 64, 78, 95, 115, 138, 165, 192, 288},
    {0, 2, 4, 6, 8, 10, 12, 15, 18, 22, 27, 33, 41, 51, 63, 78, 97, 120, 148, 182, 224, 275, 288}
  };

  private boolean switched;
  private int[] edges = EDGES[0];
  private int big;
  private int first;
  private int second;
  private final int[] tables = new int[3];
  private int quads;
  private final Prices prices = new Prices();

  /** Bits that the bands from each one on take at least: each by itself in its best table. */
  private final int[] least = new int[BANDS + 1];

  /** What they take in one table, and that table. */
  private final int[] rest = new int[BANDS + 1];

  /** Pairs coded as such. */
  int big() {
    return big;
  }

  /** The code of the fours. */
  int quads() {
    return quads;
  }

  int table(int region) {
    return tables[region];
  }

  /** The pair a region ends before, unless all of them end earlier. */
  int until(int region) {
    return switch (region) {
      case 0 -> edges[first];
      case 1 -> edges[second];
      default -> Spectrum.PAIRS;
    };
  }

  /** Reads it from a granule's side information; false where LAME would not write such a thing. */
  boolean read(byte[] side, int bit, int sampleRateIndex) {
    big = SideInfo.bits(side, bit + 12, 9);
    switched = SideInfo.bits(side, bit + 33, 1) != 0;
    quads = HuffmanCodes.QUADS + SideInfo.bits(side, bit + 58, 1);
    if (switched) {
      edges = SWITCHED;
      first = 1;
      second = 2;
      tables[0] = SideInfo.bits(side, bit + 37, 5);
      tables[1] = SideInfo.bits(side, bit + 42, 5);
      tables[2] = 0;
    } else {
      edges = EDGES[sampleRateIndex];
      first = SideInfo.bits(side, bit + 49, 4) + 1;
      second = first + SideInfo.bits(side, bit + 53, 3) + 1;
      for (int region = 0; region < 3; region++) {
        tables[region] = SideInfo.bits(side, bit + 34 + 5 * region, 5);
      }
    }
    return big <= Spectrum.PAIRS && second <= BANDS;
  }

  void write(byte[] side, int bit) {
    SideInfo.setBits(side, bit + 12, 9, big);
    SideInfo.setBits(side, bit + 58, 1, quads - HuffmanCodes.QUADS);
    if (switched) {
      SideInfo.setBits(side, bit + 37, 5, tables[0]);
      SideInfo.setBits(side, bit + 42, 5, tables[1]);
    } else {
      for (int region = 0; region < 3; region++) {
        SideInfo.setBits(side, bit + 34 + 5 * region, 5, tables[region]);
      }
      SideInfo.setBits(side, bit + 49, 4, first - 1);
      SideInfo.setBits(side, bit + 53, 3, second - first - 1);
    }
  }

  /**
   * Makes it the cheapest there is for these values, if that is below so many bits without signs.
   *
   * @return the bits it takes now; {@code than} when nothing was found and nothing changed
   */
  int improve(Spectrum values, int than) {
    int large = values.large();
    int best = than;
    if (values.fits(large)) {
      best = divide(values, large, best);
    }
    if (large < values.end() && values.fits(large + 1)) {
      best = divide(values, large + 1, best); // fours that begin a pair later fall differently
    }
    return best;
  }

  private int divide(Spectrum values, int pairs, int than) {
    int fours = values.priceQuads(pairs);
    int room = than - (fours >> 1);
    if (room <= 0) {
      return than;
    }
    int bands = prices.measure(values, pairs, edges);
    int bits = switched ? fixed(bands, room) : free(bands, room);
    if (bits >= room) {
      return than;
    }
    big = pairs;
    quads = HuffmanCodes.QUADS + (fours & 1);
    return bits + (fours >> 1);
  }

  /** The best tables for regions that end where they always do. */
  private int fixed(int bands, int than) {
    int one = bands == 0 ? 0 : prices.price(0, 1, prices.largest(0));
    int two = bands < 2 ? 0 : prices.price(1, 2, prices.largest(1));
    return keep(1, 2, one, two, 0, than);
  }

  /** The best of all ways to divide so many bands. */
  private int free(int bands, int than) {
    if (bands == 0) {
      return keep(1, 2, 0, 0, 0, than);
    }
    least[bands] = 0;
    rest[bands] = 0;
    int most = 0;
    for (int band = bands - 1; band >= 0; band--) {
      int own = prices.largest(band);
      most = Math.max(most, own);
      rest[band] = prices.price(band, bands, most);
      least[band] = least[band + 1] + (prices.price(band, band + 1, own) >> 5);
    }
    int best = than;
    most = 0;
    for (int end = 1; end <= Math.min(bands, MOST_IN_FIRST); end++) {
      most = Math.max(most, prices.largest(end - 1));
      int one = prices.price(0, end, most);
      if ((one >> 5) + least[end] >= best) {
        break;
      }
      best = freeBehind(bands, end, one, best);
    }
    return best;
  }

  private int freeBehind(int bands, int begin, int one, int than) {
    if (begin == bands) {
      return keep(begin, begin + 1, one, 0, 0, than);
    }
    int best = than;
    int most = 0;
    for (int end = begin + 1; end <= Math.min(bands, begin + MOST_IN_SECOND); end++) {
      most = Math.max(most, prices.largest(end - 1));
      if ((one >> 5) + least[begin] - least[end] + (rest[end] >> 5) < best) {
        best = keep(begin, end, one, prices.price(begin, end, most), rest[end], best);
      }
    }
    return best;
  }

  private int keep(int end, int endOfSecond, int one, int two, int three, int than) {
    int bits = (one >> 5) + (two >> 5) + (three >> 5);
    if (bits >= than) {
      return than;
    }
    first = end;
    second = endOfSecond;
    tables[0] = one & 31;
    tables[1] = two & 31;
    tables[2] = three & 31;
    return bits;
  }
}

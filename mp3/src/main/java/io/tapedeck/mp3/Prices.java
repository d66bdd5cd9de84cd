package io.tapedeck.mp3;

/**
 * What the pairs of a {@link Spectrum} take in every code, added up over the bands of a division;
 * so any part of it is priced by a subtraction.
 */
final class Prices {
  /**
   * Codes that are compared for a largest value: four in a row. Six rows, for values up to 1, 2, 3,
   * 5, 7 and 15; beyond, the last two of the last row, with more bits behind.
   */
  private static final byte[] CANDIDATES = {
    0, 1, 2, 3, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7, 8, 8, 9, 10, 11, 11, 12, 13, 14
  };

  private static final int ROWS = 6;
  private static final int STRIDE = Division.BANDS + 1;
  private static final int ESCAPES = 5;
  private static final byte[] ROW = {0, 0, 1, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5};

  /** For each pair and row: its bits in the row's codes, 16 bits each. */
  private static final long[] PRICES = prices();

  private static final int[] TABLES = tables();

  /** For each row and band: bits of all pairs before the band's end. */
  private final long[] sums = new long[ROWS * STRIDE];

  /** Values of 15 and more before each band's end. */
  private final int[] beyonds = new int[STRIDE];

  private final int[] largest = new int[Division.BANDS];

  /** Adds up the bits of the first {@code big} pairs in all codes, band by band. */
  int measure(Spectrum values, int big, int[] edges) {
    int band = 0;
    for (int from = 0; from < big; band++) {
      int until = Math.min(big, edges[band + 1]);
      add(values, from, until, band);
      from = until;
    }
    return band;
  }

  private void add(Spectrum values, int from, int until, int band) {
    long one = sums[band];
    long two = sums[STRIDE + band];
    long three = sums[2 * STRIDE + band];
    long five = sums[3 * STRIDE + band];
    long seven = sums[4 * STRIDE + band];
    long more = sums[5 * STRIDE + band];
    int most = 0;
    for (int pair = from; pair < until; pair++) {
      int symbol = values.symbol(pair);
      int at = symbol << 3;
      one += PRICES[at];
      two += PRICES[at + 1];
      three += PRICES[at + 2];
      five += PRICES[at + 3];
      seven += PRICES[at + 4];
      more += PRICES[at + 5];
      most = Math.max(most, HuffmanCodes.LARGER[symbol]);
    }
    sums[band + 1] = one;
    sums[STRIDE + band + 1] = two;
    sums[2 * STRIDE + band + 1] = three;
    sums[3 * STRIDE + band + 1] = five;
    sums[4 * STRIDE + band + 1] = seven;
    sums[5 * STRIDE + band + 1] = more;
    beyonds[band + 1] = beyonds[band];
    largest[band] = most < 15 ? most : mostBeyond(values, from, until, band);
  }

  int largest(int band) {
    return largest[band];
  }

  private int mostBeyond(Spectrum values, int from, int until, int band) {
    int most = 15;
    for (int pair = from; pair < until; pair++) {
      int symbol = values.symbol(pair);
      if (HuffmanCodes.LARGER[symbol] == 15) {
        most = Math.max(most, 15 + values.mostBeyond(pair));
        beyonds[band + 1] += (symbol >> 4) / 15 + (symbol & 15) / 15;
      }
    }
    return most;
  }

  /** Bits of some bands in the best table for them, and that table in the lowest five bits. */
  int price(int from, int to, int most) {
    if (most >= 15) {
      return priceBeyond(from, to, most - 15);
    }
    int row = ROW[most];
    long sum = sums[row * STRIDE + to] - sums[row * STRIDE + from];
    int tables = TABLES[row];
    int one = (((int) sum & 0xFFFF) << 5) | (tables & 31);
    int two = (((int) (sum >>> 16) & 0xFFFF) << 5) | (tables >> 5 & 31);
    int three = (((int) (sum >>> 32) & 0xFFFF) << 5) | (tables >> 10 & 31);
    int four = (int) (sum >>> 48) << 5 | tables >> 15;
    return most == 0 ? 0 : Math.min(Math.min(one, two), Math.min(three, four));
  }

  private int priceBeyond(int from, int to, int most) {
    int needed = 32 - Integer.numberOfLeadingZeros(most);
    long sum = sums[ESCAPES * STRIDE + to] - sums[ESCAPES * STRIDE + from];
    int values = beyonds[to] - beyonds[from];
    int table = HuffmanCodes.NARROWEST[needed];
    int other = HuffmanCodes.NARROWEST[16 + needed];
    int one = (int) (sum >>> 32 & 0xFFFF) + values * HuffmanCodes.LINBITS[table];
    int two = (int) (sum >>> 48) + values * HuffmanCodes.LINBITS[other];
    int best = Math.min(one << 5 | table, two << 5 | other);
    if (most == 0) {
      best = Math.min(best, (int) (sum & 0xFFFF) << 5 | 13);
      best = Math.min(best, (int) (sum >>> 16 & 0xFFFF) << 5 | 15);
    }
    return best;
  }

  private static long[] prices() {
    long[] prices = new long[256 * 8];
    for (int symbol = 0; symbol < 256; symbol++) {
      for (int i = 0; i < CANDIDATES.length; i++) {
        long length = HuffmanCodes.length(CANDIDATES[i], symbol);
        prices[symbol * 8 + i / 4] |= length << (16 * (i % 4));
      }
    }
    return prices;
  }

  /** Of each row: the tables of its four codes, five bits each. */
  private static int[] tables() {
    int[] tables = new int[ROWS];
    for (int i = 0; i < CANDIDATES.length; i++) {
      tables[i / 4] |= HuffmanCodes.TABLE[CANDIDATES[i]] << (5 * (i % 4));
    }
    return tables;
  }
}

package io.tapedeck.mp3;

import java.nio.ByteBuffer;

/**
 * The quantised values of one granule of one channel as pairs: read from a bit stream by one
 * division into tables, written by another.
 */
final class Spectrum {
  static final int PAIRS = 288;

  /** Symbol, and the signs as they stood above it. */
  private final short[] pairs = new short[PAIRS + 2];

  /** Of a pair with a 15 in it: both values less 15, where they are not below. */
  private final int[] beyond = new int[PAIRS];

  /** Pairs before the first that is followed by nothing but ones and zeros. */
  private int large;

  /** Pairs up to the last that is not zero. */
  private int end;

  private int signs;

  int large() {
    return large;
  }

  int end() {
    return end;
  }

  int symbol(int pair) {
    return pairs[pair] & 255;
  }

  /** The larger value of a pair with a 15 in it, less 15. */
  int mostBeyond(int pair) {
    return Math.max(beyond[pair] >>> 16, beyond[pair] & 0xFFFF);
  }

  /** How many values are not zero. */
  int signs() {
    return signs;
  }

  /**
   * Reads a granule.
   *
   * @return whether all of it was understood and the last bit met
   */
  boolean read(ByteBuffer from, int start, int stop, Division division) {
    int bit = start;
    int pair = 0;
    for (int region = 0; region < 3; region++) {
      int until = Math.min(division.until(region), division.big());
      int table = division.table(region);
      if (pair < until && table == 0) {
        for (; pair < until; pair++) {
          pairs[pair] = 0;
        }
      } else if (pair < until) {
        if (HuffmanCodes.CODE_OF_TABLE[table] < 0) {
          return false;
        }
        bit = readPairs(from, bit, pair, until, table);
        pair = until;
      }
    }
    pair = readQuads(from, bit, stop, pair, division.quads());
    if (pair < 0) {
      return false;
    }
    measure(pair);
    return true;
  }

  private int readPairs(ByteBuffer from, int start, int first, int until, int table) {
    int[] meanings = HuffmanCodes.MEANING;
    int root = HuffmanCodes.CODE_OF_TABLE[table] << HuffmanCodes.FIRST_BITS;
    int linbits = HuffmanCodes.LINBITS[table];
    int bit = start;
    for (int pair = first; pair < until; pair++) {
      long next = BitSink.peek(from, bit);
      int meaning = meanings[root + (int) (next >>> (64 - HuffmanCodes.FIRST_BITS))];
      if (meaning < 0) {
        int more = (int) (next << HuffmanCodes.FIRST_BITS >>> (64 - HuffmanCodes.MORE_BITS));
        meaning = meanings[more - meaning];
      }
      int length = HuffmanCodes.length(meaning);
      int symbol = HuffmanCodes.symbol(meaning);
      if (HuffmanCodes.LARGER[symbol] == 15) {
        bit = readBeyond(next << length, pair, symbol, linbits, bit + length);
      } else {
        int signs = HuffmanCodes.signs(meaning);
        pairs[pair] = (short) ((int) (next << length >>> 1 >>> (63 - signs)) << 8 | symbol);
        bit += length + signs;
      }
    }
    return bit;
  }

  /** Values from 15 on: each is followed by its bits beyond, then its sign. */
  private int readBeyond(long behind, int pair, int symbol, int linbits, int from) {
    long next = behind;
    int bit = from;
    int signs = 0;
    int[] values = {symbol >> 4, symbol & 15};
    for (int i = 0; i < 2; i++) {
      int extra = 0;
      if (values[i] == 15) {
        extra = (int) (next >>> 1 >>> (63 - linbits));
        next <<= linbits;
        bit += linbits;
      }
      if (values[i] != 0) {
        signs = signs << 1 | (int) (next >>> 63);
        next <<= 1;
        bit++;
      }
      values[i] = extra;
    }
    pairs[pair] = (short) (signs << 8 | symbol);
    beyond[pair] = values[0] << 16 | values[1];
    return bit;
  }

  /** Reads fours until the granule's bits end; the pairs then there, or -1. */
  private int readQuads(ByteBuffer from, int start, int stop, int first, int code) {
    int root = code << HuffmanCodes.FIRST_BITS;
    int bit = start;
    int pair = first;
    while (bit < stop && pair < PAIRS) {
      long next = BitSink.peek(from, bit);
      int meaning = HuffmanCodes.MEANING[root + (int) (next >>> (64 - HuffmanCodes.FIRST_BITS))];
      int signs = HuffmanCodes.signs(meaning);
      int length = HuffmanCodes.length(meaning);
      int four = HuffmanCodes.symbol(meaning);
      int sign = (int) (next << length >>> 1 >>> (63 - signs));
      int behind = Integer.bitCount(four & 3);
      pairs[pair] = (short) (sign >> behind << 8 | (four & 8) << 1 | (four & 4) >> 2);
      pairs[pair + 1] = (short) ((sign & (1 << behind) - 1) << 8 | (four & 2) << 3 | (four & 1));
      pair += 2;
      bit += length + signs;
    }
    return bit == stop && pair <= PAIRS ? pair : -1;
  }

  private void measure(int read) {
    end = read;
    while (end > 0 && (pairs[end - 1] & 255) == 0) {
      end--;
    }
    large = end;
    while (large > 0 && (pairs[large - 1] & 0xEE) == 0) {
      large--;
    }
    signs = 0;
    for (int pair = 0; pair < end; pair++) {
      signs += HuffmanCodes.SIGNS[pairs[pair] & 255];
    }
  }

  /** Bits of the fours behind {@code big} pairs, without signs; the code in the lowest bit. */
  int priceQuads(int big) {
    int one = 0;
    int other = 0;
    for (int pair = big; pair < end; pair += 2) {
      int four = four(pair);
      one += HuffmanCodes.length(HuffmanCodes.QUADS, four);
      other += HuffmanCodes.length(HuffmanCodes.QUADS + 1, four);
    }
    return other < one ? other << 1 | 1 : one << 1;
  }

  /** Whether fours from there on end within the spectrum. */
  boolean fits(int big) {
    return big + (end - big + 1) / 2 * 2 <= PAIRS;
  }

  private int four(int pair) {
    int one = pairs[pair];
    int other = pair + 1 < end ? pairs[pair + 1] : 0;
    return (one & 16) >> 1 | (one & 1) << 2 | (other & 16) >> 3 | (other & 1);
  }

  /** Writes all values. */
  void write(BitSink to, Division division) {
    int pair = 0;
    for (int region = 0; region < 3; region++) {
      int until = Math.min(division.until(region), division.big());
      int table = division.table(region);
      if (pair < until && table > 0) {
        writePairs(to, pair, until, table);
      }
      pair = Math.max(pair, until);
    }
    for (; pair < end; pair += 2) {
      int word = HuffmanCodes.WORDS[division.quads() << 8 | four(pair)];
      to.put(word >>> 5, word & 31);
      putSigns(to, pair);
      if (pair + 1 < end) {
        putSigns(to, pair + 1);
      }
    }
  }

  private void putSigns(BitSink to, int pair) {
    to.put(pairs[pair] >> 8, HuffmanCodes.SIGNS[pairs[pair] & 255]);
  }

  private void writePairs(BitSink to, int first, int until, int table) {
    int base = HuffmanCodes.CODE_OF_TABLE[table] << 8;
    int linbits = HuffmanCodes.LINBITS[table];
    for (int pair = first; pair < until; pair++) {
      int both = pairs[pair];
      int symbol = both & 255;
      int word = HuffmanCodes.WORDS[base + symbol];
      if (linbits > 0 && HuffmanCodes.LARGER[symbol] == 15) {
        to.put(word >>> 5, word & 31);
        writeBeyond(to, pair, linbits);
      } else {
        int signs = HuffmanCodes.SIGNS[symbol];
        to.put(word >>> 5 << signs | both >> 8, (word & 31) + signs);
      }
    }
  }

  private void writeBeyond(BitSink to, int pair, int linbits) {
    int symbol = pairs[pair] & 255;
    int signs = pairs[pair] >> 8;
    int count = HuffmanCodes.SIGNS[symbol];
    if (symbol >> 4 == 15) {
      to.put(beyond[pair] >>> 16, linbits);
    }
    if (symbol >> 4 != 0) {
      to.put(signs >> --count & 1, 1);
    }
    if ((symbol & 15) == 15) {
      to.put(beyond[pair] & 0xFFFF, linbits);
    }
    if ((symbol & 15) != 0) {
      to.put(signs & 1, 1);
    }
  }
}

package io.tapedeck.fuzzing;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The short form of a fuzz test: a parser gets a fixed number of inputs that differ a little from
 * good ones. The long form, {@code dev/fuzz}, is guided by the code that an input reaches.
 *
 * <p>The seed is printed. The same inputs come again with {@code -Dfuzz.seed}, more of them with
 * {@code -Dfuzz.runs}.
 */
public final class Mutations {
  /** A parser that reads any bytes. What it may throw for bad ones, it catches itself. */
  @FunctionalInterface
  public interface Target {
    void read(byte[] input) throws Exception;
  }

  private static final int RUNS = Integer.getInteger("fuzz.runs", 2_000);
  private static final int MOST_CHANGES = 6;
  private static final int LONGEST_COPY = 64;

  /** Numbers at which sizes, counts and times go wrong. */
  private static final long[] EDGES = {
    0, 1, 7, 8, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL, 0xFFFFFF
  };

  private static final int[] WIDTHS = {1, 2, 3, 4, 8};

  private final Random random;
  private final List<byte[]> good;

  private Mutations(Random random, List<byte[]> good) {
    this.random = random;
    this.good = good;
  }

  /**
   * Gives a parser the good inputs and then inputs near them.
   *
   * @throws AssertionError for whatever the parser throws, with the seed and the input in Base64
   */
  public static void of(Stream<byte[]> good, Target target) {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    System.out.println("fuzz.seed " + seed + ", " + RUNS + " runs");
    Mutations mutations = new Mutations(new Random(seed), good.toList());
    mutations.good.forEach(each -> mutations.run(each, target, seed));
    for (int run = 0; run < RUNS; run++) {
      mutations.run(mutations.next(), target, seed);
    }
  }

  private void run(byte[] input, Target target, long seed) {
    try {
      target.read(input.clone());
    } catch (Throwable e) {
      throw new AssertionError(
          "fuzz.seed " + seed + ", input " + Base64.getEncoder().encodeToString(input), e);
    }
  }

  private byte[] next() {
    byte[] bytes = one().clone();
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes);
    }
    return bytes;
  }

  private byte[] one() {
    return good.get(random.nextInt(good.size()));
  }

  private byte[] changed(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes, at);
      case 1 -> set(bytes, at, random.nextLong(), 1);
      case 2, 3 -> set(bytes, at, EDGES[random.nextInt(EDGES.length)], WIDTHS[random.nextInt(5)]);
      case 4 -> Arrays.copyOf(bytes, at);
      case 5 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, end(bytes, at)), at);
      default -> {
        byte[] other = one();
        int from = random.nextInt(other.length + 1);
        byte[] part = Arrays.copyOfRange(other, from, end(other, from));
        yield joined(bytes, at, part, random.nextBoolean() ? at : end(bytes, at));
      }
    };
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= (byte) (1 << (at & 7));
    return bytes;
  }

  /** Writes a number in the order of the network. */
  private static byte[] set(byte[] bytes, int at, long value, int width) {
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> (8 * (width - 1 - i)));
    }
    return bytes;
  }

  private int end(byte[] bytes, int from) {
    return Math.min(bytes.length, from + 1 + random.nextInt(LONGEST_COPY));
  }

  /** The bytes up to a place, a part, and the bytes from another place on. */
  private static byte[] joined(byte[] bytes, int to, byte[] part, int from) {
    byte[] all = Arrays.copyOf(bytes, to + part.length + bytes.length - from);
    System.arraycopy(part, 0, all, to, part.length);
    System.arraycopy(bytes, from, all, to + part.length, bytes.length - from);
    return all;
  }
}

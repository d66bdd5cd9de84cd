package io.tapedeck.core;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * The common body of all ids: 26 characters of Crockford base 32. The characters hold 48 bits of
 * time (milliseconds since 1970) and then 80 random bits. Sorting ids sorts them by creation, which
 * keeps new rows together in an index. Nobody can guess 80 random bits.
 */
final class Ulid {
  static final String PATTERN = "[0-9a-hjkmnp-tv-z]{26}";

  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ulid() {}

  static String at(Instant now) {
    long time = now.toEpochMilli();
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    char[] out = new char[26];
    for (int i = 0; i < 10; i++) {
      out[i] = DIGITS[(int) (time >>> (45 - 5 * i)) & 31];
    }
    for (int i = 0; i < 16; i++) {
      out[10 + i] = DIGITS[fiveBits(random, 5 * i)];
    }
    return new String(out);
  }

  private static int fiveBits(byte[] bytes, int bit) {
    int two =
        (bytes[bit / 8] & 255) << 8 | (bit / 8 + 1 < bytes.length ? bytes[bit / 8 + 1] & 255 : 0);
    return two >>> (11 - bit % 8) & 31;
  }

  /** Returns the value when it is the prefix, an underscore and a body; otherwise throws. */
  static String checked(String prefix, String value) {
    if (!value.matches(prefix + "_" + PATTERN)) {
      throw new IllegalArgumentException(
          "not an id of the form " + prefix + "_…: " + Text.shown(value));
    }
    return value;
  }
}

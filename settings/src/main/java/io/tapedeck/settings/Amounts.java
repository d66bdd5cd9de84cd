package io.tapedeck.settings;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The format of sizes and times in settings. */
public final class Amounts {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([a-z]*)");

  private Amounts() {}

  /**
   * Bytes from {@code 500 MB} (powers of 1000), {@code 2 GiB} (powers of 1024) or a plain number.
   */
  static long bytes(String text) {
    Matcher matcher = amount(text);
    long unit =
        switch (matcher.group(2)) {
          case "", "b" -> 1;
          case "kb" -> 1_000;
          case "mb" -> 1_000_000;
          case "gb" -> 1_000_000_000;
          case "tb" -> 1_000_000_000_000L;
          case "kib", "k" -> 1L << 10;
          case "mib", "m" -> 1L << 20;
          case "gib", "g" -> 1L << 30;
          case "tib", "t" -> 1L << 40;
          default -> throw new IllegalArgumentException("a size ends in B, KB, MB, GB, MiB or GiB");
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("that is larger than any disk", e);
    }
  }

  /** A time such as {@code 90s}, {@code 15m}, {@code 12h} or {@code 7d}. */
  public static Duration time(String text) {
    Matcher matcher = amount(text);
    long amount = Long.parseLong(matcher.group(1));
    try {
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m", "min" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        case "d" -> Duration.ofDays(amount);
        default -> throw new IllegalArgumentException("a time ends in s, m, h or d");
      };
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException("that is too long", e);
    }
  }

  private static Matcher amount(String text) {
    Matcher matcher = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is not a whole number with a unit");
    }
    return matcher;
  }
}

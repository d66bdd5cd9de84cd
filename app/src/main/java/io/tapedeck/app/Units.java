package io.tapedeck.app;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How people write sizes and times, and how we write them back. */
final class Units {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([a-z]*)");
  private static final Pattern CLOCK =
      Pattern.compile("(?:(?:(\\d{1,3}):)?(\\d{1,3}):)?(\\d{1,6}(?:\\.\\d{1,9})?)");

  private Units() {}

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

  /** A time from {@code 90s}, {@code 15m}, {@code 12h} or {@code 7d}. */
  static Duration time(String text) {
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

  /** A moment in a recording: {@code 90}, {@code 90.5}, {@code 1:30} or {@code 1:02:30.25}. */
  static Duration moment(String text) {
    Matcher matcher = CLOCK.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a moment is written 90, 1:30 or 1:02:30.5, not " + text);
    }
    double seconds = Double.parseDouble(matcher.group(3));
    long whole = 3600 * part(matcher, 1) + 60 * part(matcher, 2);
    return Duration.ofSeconds(whole).plusNanos(Math.round(seconds * 1e9));
  }

  /** A length as people read it: {@code 0:42}, {@code 12:05}, {@code 1:02:30}. */
  static String shown(Duration time) {
    long seconds = Math.round(time.toMillis() / 1000.0);
    long hours = seconds / 3600;
    String rest = String.format(Locale.ROOT, "%d:%02d", seconds / 60 % 60, seconds % 60);
    return hours == 0 ? rest : hours + ":" + (rest.length() < 5 ? "0" : "") + rest;
  }

  /** Bytes as people read them: {@code 812 B}, {@code 4.2 MB}. */
  static String shown(long bytes) {
    double value = bytes;
    for (String unit : new String[] {"B", "KB", "MB", "GB"}) {
      if (value < 1000) {
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", value, unit);
      }
      value /= 1000;
    }
    return String.format(Locale.ROOT, "%.1f TB", value);
  }

  private static Matcher amount(String text) {
    Matcher matcher = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is not a whole number with a unit");
    }
    return matcher;
  }

  private static long part(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }
}

package io.tapedeck.notification;

import java.time.Duration;
import java.util.Locale;

/** Durations and sizes as people read them. */
final class LocalizedAmounts {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  private LocalizedAmounts() {}

  /** Hours, minutes and seconds, such as {@code 1:02:03} or {@code 0:07}; rounded to seconds. */
  static String duration(Duration duration) {
    long seconds = duration.plusMillis(500).toSeconds();
    return seconds >= 3600
        ? "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60)
        : "%d:%02d".formatted(seconds / 60, seconds % 60);
  }

  /** Decimal units with a dot, such as {@code 4.8 MB}. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    do {
      value /= 1000;
      unit++;
    } while (value >= 999.95 && unit < UNITS.length - 1);
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}

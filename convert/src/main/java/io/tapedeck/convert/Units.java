package io.tapedeck.convert;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The format of times in a recording, and of durations and sizes shown to people. */
public final class Units {
  private static final Pattern CLOCK =
      Pattern.compile("(?:(?:(\\d{1,3}):)?(\\d{1,3}):)?(\\d{1,6}(?:\\.\\d{1,9})?)");

  private Units() {}

  /** A time in a recording: {@code 90}, {@code 90.5}, {@code 1:30} or {@code 1:02:30.25}. */
  static Duration moment(String text) {
    Matcher matcher = CLOCK.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a moment is written 90, 1:30 or 1:02:30.5, not " + text);
    }
    double seconds = Double.parseDouble(matcher.group(3));
    long whole = 3600 * part(matcher, 1) + 60 * part(matcher, 2);
    return Duration.ofSeconds(whole).plusNanos(Math.round(seconds * 1e9));
  }

  /** A duration as people read it: {@code 0:42}, {@code 12:05}, {@code 1:02:30}. */
  public static String shown(Duration time) {
    long seconds = Math.round(time.toMillis() / 1000.0);
    long hours = seconds / 3600;
    String rest = String.format(Locale.ROOT, "%d:%02d", seconds / 60 % 60, seconds % 60);
    return hours == 0 ? rest : hours + ":" + (rest.length() < 5 ? "0" : "") + rest;
  }

  /** Bytes as people read them: {@code 812 B}, {@code 4.2 MB}. */
  public static String shown(long bytes) {
    double value = bytes;
    for (String unit : new String[] {"B", "KB", "MB", "GB"}) {
      if (value < 1000) {
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", value, unit);
      }
      value /= 1000;
    }
    return String.format(Locale.ROOT, "%.1f TB", value);
  }

  private static long part(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }
}

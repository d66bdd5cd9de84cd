package io.tapedeck.archive;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * File names that are free on every system: without its forbidden characters, at most 255 bytes
 * long, and different from those before, ignoring case.
 */
final class MemberNames {
  /** Bytes, below the 255 of common file systems, with room for a number. */
  private static final int LONGEST_STEM = 235;

  private final Set<String> taken = new HashSet<>();

  /** A free name for the file {@code name}; a second {@code talk.mp3} is {@code talk (2).mp3}. */
  String free(String name) {
    int dot = name.lastIndexOf('.');
    String ending = dot > 0 ? name.substring(dot) : "";
    String stem = clean(dot > 0 ? name.substring(0, dot) : name);
    String free = stem + ending;
    for (int number = 2; !taken.add(free.toLowerCase(Locale.ROOT)); number++) {
      free = stem + " (" + number + ")" + ending;
    }
    return free;
  }

  private static String clean(String stem) {
    StringBuilder clean = new StringBuilder();
    int bytes = 0;
    for (int c : stem.replaceAll("[\\x00-\\x1F\\x7F<>:\"/\\\\|?*]", "_").codePoints().toArray()) {
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (bytes > LONGEST_STEM) {
        break;
      }
      clean.appendCodePoint(c);
    }
    // Windows reads these names as devices, whatever their ending.
    String whole = clean.toString();
    return whole.matches("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?") ? "_" + whole : whole;
  }
}

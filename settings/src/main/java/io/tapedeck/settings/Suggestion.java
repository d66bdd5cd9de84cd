package io.tapedeck.settings;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** Finds the nearest known word to a wrong one, for "did you mean". */
final class Suggestion {
  private static final int NEAR = 3;

  private Suggestion() {}

  /** The nearest of these words, if one is near enough to be meant. */
  static Optional<String> nearest(String wrong, Set<String> words) {
    return words.stream()
        .filter(word -> distance(wrong, word) <= NEAR)
        .min(Comparator.<String>comparingInt(word -> distance(wrong, word)).thenComparing(w -> w));
  }

  /** How many letters must be changed, added or removed to turn one word into the other. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}

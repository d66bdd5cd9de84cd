package io.tapedeck.core;

import java.util.Locale;
import java.util.regex.Pattern;

/** The audio track of a video that becomes the MP3. */
public sealed interface Track {
  /** The longest form of {@link #toText()}, in characters. */
  int LONGEST_TEXT = 8;

  /** The track that the file marks as its default, else its first. */
  record Default() implements Track {}

  /**
   * A track by its place among the audio tracks.
   *
   * @param number 1 for the first, at most 999
   */
  record Numbered(int number) implements Track {
    public Numbered {
      if (number < 1 || number > 999) {
        throw new IllegalArgumentException("a track is a number from 1, not " + number);
      }
    }
  }

  /**
   * The first track in a language.
   *
   * @param code the language by ISO 639 with two or three letters, in lower case, such as {@code
   *     ita}
   */
  record Language(String code) implements Track {
    private static final Pattern CODE = Pattern.compile("[a-z]{2,3}");

    public Language {
      if (!CODE.matcher(code).matches() || code.equals("mix") || code.equals("all")) {
        throw new IllegalArgumentException(
            "a track is a number from 1, a language such as ita, or mix, not " + Text.shown(code));
      }
    }
  }

  /** All audio tracks together. */
  record Mix() implements Track {}

  /**
   * The form in options, stores and answers: {@code default}, {@code 2}, {@code ita}, {@code mix}.
   */
  default String toText() {
    return switch (this) {
      case Default() -> "default";
      case Numbered(int number) -> Integer.toString(number);
      case Language(String code) -> code;
      case Mix() -> "mix";
    };
  }

  /**
   * Reads the text of {@link #toText()}, in any case.
   *
   * @throws IllegalArgumentException for other text; its message says what is right
   */
  static Track ofText(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.matches("[0-9]{1,4}")) {
      return new Numbered(Integer.parseInt(lower));
    }
    return switch (lower) {
      case "default" -> new Default();
      case "mix" -> new Mix();
      default -> new Language(lower);
    };
  }
}

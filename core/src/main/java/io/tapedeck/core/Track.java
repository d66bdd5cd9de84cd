package io.tapedeck.core;

import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /**
     * ISO 639-2 has two codes for these: that of libraries, and that of the language's own name.
     */
    private static final Map<String, String> BIBLIOGRAPHIC =
        Stream.of(
                "alb sqi,arm hye,baq eus,bur mya,chi zho,cze ces,dut nld,fre fra,geo kat,ger deu",
                "gre ell,ice isl,mac mkd,mao mri,may msa,per fas,rum ron,slo slk,tib bod,wel cym")
            .flatMap(pairs -> Stream.of(pairs.split(",")))
            .map(pair -> pair.split(" "))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

    public Language {
      if (!CODE.matcher(code).matches() || code.equals("mix") || code.equals("all")) {
        throw new IllegalArgumentException(
            "a track is a number from 1, a language such as ita, or mix, not " + Text.shown(code));
      }
    }

    /**
     * Whether a file's own mark names this language. Files use two or three letters of ISO 639, of
     * the three-letter codes either kind ({@code ger} and {@code deu}), and add a country: {@code
     * pt-BR}.
     */
    public boolean matches(String mark) {
      return terminological(code)
          .equals(terminological(mark.toLowerCase(Locale.ROOT).split("[-_]", 2)[0]));
    }

    private static String terminological(String code) {
      try {
        return Locale.of(BIBLIOGRAPHIC.getOrDefault(code, code)).getISO3Language();
      } catch (MissingResourceException e) {
        return code; // a language without a code of three letters
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
      case "all" ->
          throw new IllegalArgumentException(
              "one conversion makes one MP3: ask for each track by its number, or for mix");
      default -> new Language(lower);
    };
  }
}

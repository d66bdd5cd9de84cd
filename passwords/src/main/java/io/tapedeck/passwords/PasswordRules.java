package io.tapedeck.passwords;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules for new passwords: 10 to 1024 characters of any kind, but not one of the most guessed
 * passwords. Checked when a password is set, never at a sign-in.
 */
public final class PasswordRules {
  static final int SHORTEST = 10;
  static final int LONGEST = 1024;
  private static final int FEWEST_DIFFERENT = 4;

  private PasswordRules() {}

  /** The password in the form that is hashed (NFC): the same letters give the same bytes. */
  static String normalised(Secret password) {
    return Normalizer.normalize(password.reveal(), Normalizer.Form.NFC);
  }

  /**
   * Returns the password if this person may choose it.
   *
   * @param email of the person, normalised
   * @throws Refusal {@link Code#WEAK_PASSWORD} with the reason
   */
  public static Secret checked(@Nullable Secret password, String email) {
    if (password == null) {
      throw new Refusal(Code.BAD_REQUEST, "password is missing");
    }
    String normal = normalised(password);
    int length = normal.codePointCount(0, normal.length());
    if (length < SHORTEST) {
      throw weak("it has " + length + " characters of at least " + SHORTEST);
    }
    if (length > LONGEST) {
      throw weak("it has " + length + " characters of at most " + LONGEST);
    }
    if (isGuessable(normal.toLowerCase(Locale.ROOT), email)) {
      throw weak("it is among those that are guessed first");
    }
    return password;
  }

  private static boolean isGuessable(String lower, String email) {
    String word = lower.replaceAll("^[\\d\\p{Punct}\\s]+|[\\d\\p{Punct}\\s]+$", "");
    return lower.codePoints().distinct().count() < FEWEST_DIFFERENT
        || isRun(lower)
        || lower.equals(email)
        || word.equals(email.replaceFirst("@[^@]*$", ""))
        || Known.WORDS.contains(lower)
        || Known.WORDS.contains(word);
  }

  /** Whether each character follows the one before, as in 0123456789 or abcdefghij. */
  private static boolean isRun(String text) {
    int step = text.charAt(1) - text.charAt(0);
    for (int i = 1; i < text.length(); i++) {
      int here = text.charAt(i) - text.charAt(i - 1);
      boolean wrapped = text.charAt(i) == '0' && text.charAt(i - 1) == '9';
      if (Math.abs(step) != 1 || (here != step && !wrapped)) {
        return false;
      }
    }
    return true;
  }

  private static Refusal weak(String why) {
    return new Refusal(Code.WEAK_PASSWORD, "this password is not accepted: " + why);
  }

  /** The list of known passwords is read at the first sign-up, not at the start of the program. */
  private static final class Known {
    static final Set<String> WORDS = read();

    private static Set<String> read() {
      try (InputStream in =
              Objects.requireNonNull(
                  PasswordRules.class.getResourceAsStream("common-passwords.txt"));
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        return lines
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .collect(Collectors.toUnmodifiableSet());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

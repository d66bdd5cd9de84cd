package io.tapedeck.core;

/**
 * Makes text fit for a terminal. The text may hold what a stranger wrote, such as the name of a
 * file. Characters that would control the terminal are shown as {@code \}{@code u001b} and the
 * like, which means the same in JSON.
 */
public final class Printable {
  private Printable() {}

  /** One line. Line breaks are replaced too. */
  public static String line(String text) {
    return text(text, false);
  }

  /** Several lines. Line breaks and tabs are kept. */
  public static String lines(String text) {
    return text(text, true);
  }

  private static String text(String text, boolean breaks) {
    StringBuilder made = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean kept = !commands(c) || (breaks && (c == '\n' || c == '\t'));
      if (!kept && made == null) {
        made = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (made != null) {
        if (kept) {
          made.append(c);
        } else {
          made.append(String.format("\\u%04x", (int) c));
        }
      }
    }
    return made == null ? text : made.toString();
  }

  /** Control characters, and characters that change the direction of the text after them. */
  private static boolean commands(char c) {
    return Character.isISOControl(c)
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}

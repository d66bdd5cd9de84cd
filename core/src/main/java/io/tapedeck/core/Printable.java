package io.tapedeck.core;

/**
 * Text that may hold what a stranger wrote, such as the name of a file, made fit for a terminal:
 * characters that would command it are shown as {@code \}{@code u001b} and the like, which in JSON
 * means the same as before.
 */
public final class Printable {
  private Printable() {}

  /** One line: without line breaks too. */
  public static String line(String text) {
    return text(text, false);
  }

  /** The same with the line breaks left in. */
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

  /** Control characters, and those that turn the direction of what follows. */
  private static boolean commands(char c) {
    return Character.isISOControl(c)
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}

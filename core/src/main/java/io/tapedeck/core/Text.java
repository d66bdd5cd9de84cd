package io.tapedeck.core;

/**
 * Shows text from strangers in messages: without control characters and cut to a maximum length.
 */
public final class Text {
  private static final int SHOWN = 80;

  private Text() {}

  /** Returns at most 80 characters of the text, in quotes. Control characters are replaced. */
  public static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return '"' + cut.replaceAll("\\p{Cc}", "\uFFFD") + '"';
  }
}

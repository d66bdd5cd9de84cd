package io.tapedeck.core;

/**
 * How text from strangers is shown in a message: without control characters and not endlessly long.
 */
public final class Text {
  private static final int SHOWN = 80;

  private Text() {}

  /** Returns at most 80 characters of the text, control characters replaced, in quotes. */
  public static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return '"' + cut.replaceAll("\\p{Cntrl}", "\uFFFD") + '"';
  }
}

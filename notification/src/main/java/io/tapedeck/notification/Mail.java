package io.tapedeck.notification;

import java.time.Instant;
import java.util.Locale;

/**
 * An e-mail ready to go: the same words as text and as HTML.
 *
 * @param name unique and the same at every try, such as {@code cnv_….1.ready}; letters, digits,
 *     dots, dashes and underscores
 * @param to one e-mail address
 * @param language of the words
 * @param writtenAt its Date
 */
public record Mail(
    String name,
    String to,
    Locale language,
    String subject,
    String text,
    String html,
    Instant writtenAt) {
  public Mail {
    if (!name.matches("[A-Za-z0-9._-]{1,150}")) {
      throw new IllegalArgumentException("not an e-mail's name: " + name);
    }
  }

  /** Never prints the words: they carry links that open things. */
  @Override
  public String toString() {
    return "E-mail[" + name + "]";
  }
}

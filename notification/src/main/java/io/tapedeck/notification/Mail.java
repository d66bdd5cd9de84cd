package io.tapedeck.notification;

import java.time.Instant;
import java.util.Locale;

/**
 * An e-mail ready to be sent: the same content as text and as HTML.
 *
 * @param name unique and the same at every try, such as {@code cnv_….1.ready}; letters, digits,
 *     dots, dashes and underscores
 * @param to one e-mail address
 * @param language of the content
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

  /** Never prints the content: its links give access without a password. */
  @Override
  public String toString() {
    return "E-mail[" + name + "]";
  }
}

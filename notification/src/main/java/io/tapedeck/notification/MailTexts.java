package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The texts of e-mails in one language. Names from strangers must be safe to show already. */
sealed interface MailTexts permits English, Italian {
  /** The texts for a reader's language; English for an unsupported language. */
  static MailTexts in(Locale language) {
    return language.getLanguage().equals("it") ? new Italian() : new English();
  }

  Locale language();

  Page ready(Conversion conversion, String name, Mp3 mp3, URI link);

  Page failed(Conversion conversion, String name, Problem problem, URI link);

  /** Several conversions that ended within a short time. */
  Page digest(List<Result> results, URI link);

  /** How one of several conversions ended. */
  record Result(MailKey.Kind kind, String name, MailKey key) {
    String text() {
      return MailComposer.quoted(name) + ", " + key.conversion();
    }
  }

  static long count(List<Result> results, MailKey.Kind kind) {
    return results.stream().filter(each -> each.kind() == kind).count();
  }

  /** Asks whether the address is the reader's. */
  Page confirmation(URI link, Instant expires);

  Page passwordReset(URI link, Instant expires);

  /**
   * An e-mail's content before the layout.
   *
   * @param action the text on the button that opens the link
   * @param facts shown as a small table
   * @param closing the last paragraphs
   * @param footer why this e-mail came
   */
  record Page(
      String subject,
      String heading,
      List<String> opening,
      String action,
      URI link,
      List<Fact> facts,
      List<String> closing,
      String footer) {}

  /** A named value. */
  record Fact(String name, String value) {}
}

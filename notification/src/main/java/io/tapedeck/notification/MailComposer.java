package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Writes an e-mail about an event in the reader's language. */
final class MailComposer {
  /** Longer names are cut: a name only has to identify a file, and subjects are short. */
  private static final int LONGEST_NAME = 80;

  private static final int LONGEST_IN_SUBJECT = 40;

  private final MailLinks links;
  private final Clock clock;

  MailComposer(MailLinks links, Clock clock) {
    this.links = links;
    this.clock = clock;
  }

  /** The e-mail about how a conversion ended; empty when there is no e-mail for its state. */
  Optional<Mail> ended(Conversion conversion, MailKey key, Person person) {
    MailTexts words = MailTexts.in(person.language());
    String name = shown(conversion.video().name());
    return switch (conversion.state()) {
      case ConversionState.Ready(var mp3) ->
          Optional.of(
              mail(
                  key.name(),
                  person,
                  words,
                  words.ready(conversion, name, mp3, links.mp3(conversion))));
      case ConversionState.Failed(var problem) ->
          Optional.of(
              mail(
                  key.name(),
                  person,
                  words,
                  words.failed(conversion, name, problem, links.page(conversion))));
      case ConversionState.Queued q -> Optional.empty();
      case ConversionState.Converting c -> Optional.empty();
      case ConversionState.Cancelled c -> Optional.empty();
      case ConversionState.Expired e -> Optional.empty();
    };
  }

  /**
   * The e-mail about several ends; about a single one it is the same as {@link #ended}.
   *
   * @param ended one or more conversions that ended, and their keys
   */
  Mail digest(Map<MailKey, Conversion> ended, Person person) {
    MailKey first = ended.keySet().iterator().next();
    Conversion conversion = Objects.requireNonNull(ended.get(first));
    if (ended.size() == 1) {
      return ended(conversion, first, person).orElseThrow();
    }
    MailTexts words = MailTexts.in(person.language());
    List<MailTexts.Result> results =
        ended.entrySet().stream()
            .map(each ->
                new MailTexts.Result(
                    each.getKey().kind(), shown(each.getValue().video().name()), each.getKey()))
            .toList();
    String name = person.account() + ".digest." + first.name();
    return mail(name, person, words, words.digest(results, links.page(conversion)));
  }

  /** The question whether an address is the reader's. */
  Mail confirmation(Person person, Secret token) {
    MailTexts words = MailTexts.in(person.language());
    Instant now = clock.instant();
    String name =
        person.account() + ".confirm." + Long.toString(now.toEpochMilli(), Character.MAX_RADIX);
    Instant expires = now.plus(ConfirmedAddresses.LIFE);
    return mail(name, person, words, words.confirmation(links.confirmation(token), expires));
  }

  /** One e-mail for each account and each expiry time of the link, however often it is tried. */
  Mail passwordReset(Person person, URI link, Instant expires) {
    MailTexts words = MailTexts.in(person.language());
    String name =
        person.account() + ".reset." + Long.toString(expires.toEpochMilli(), Character.MAX_RADIX);
    return mail(name, person, words, words.passwordReset(link, expires));
  }

  private Mail mail(String name, Person person, MailTexts words, MailTexts.Page page) {
    Locale language = words.language();
    return new Mail(
        name,
        person.email(),
        language,
        page.subject(),
        Layout.text(page),
        Layout.html(page, language),
        clock.instant());
  }

  /**
   * A shown name for a subject: in quotation marks, and so short that it is not all of the subject.
   */
  static String quoted(String shown) {
    String plain = shown.replaceAll("[“”\"]", "'");
    int length = plain.codePointCount(0, plain.length());
    String kept =
        length <= LONGEST_IN_SUBJECT
            ? plain
            : plain.substring(0, plain.offsetByCodePoints(0, LONGEST_IN_SUBJECT - 1)) + "…";
    return "“" + kept + "”";
  }

  /**
   * A file name from a stranger as one readable line: without control characters, line ends and
   * characters that change the writing direction, and not too long.
   */
  static String shown(String name) {
    String line = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]+", " ").strip();
    int length = line.codePointCount(0, line.length());
    return length <= LONGEST_NAME
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
  }
}

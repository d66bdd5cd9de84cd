package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import java.util.Locale;
import java.util.Optional;

/**
 * What an e-mail is about; there is one e-mail for each key. A conversion that failed and was tried
 * again ends with another attempt and so gets another e-mail.
 *
 * @param attempt the conversion's attempt when it ended
 */
record MailKey(ConversionId conversion, int attempt, Kind kind) {
  enum Kind {
    READY,
    FAILED;

    /** The name in tables and e-mails. */
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this name; throws {@link IllegalArgumentException} for any other name. */
    static Kind of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }

  /** The e-mail for the state of a conversion, if there is one. */
  static Optional<MailKey> of(Conversion conversion) {
    return switch (conversion.state()) {
      case ConversionState.Ready r ->
          Optional.of(new MailKey(conversion.id(), conversion.attempt(), Kind.READY));
      case ConversionState.Failed f ->
          Optional.of(new MailKey(conversion.id(), conversion.attempt(), Kind.FAILED));
      case ConversionState.Queued q -> Optional.empty();
      case ConversionState.Converting c -> Optional.empty();
      case ConversionState.Cancelled c -> Optional.empty();
      case ConversionState.Expired e -> Optional.empty();
    };
  }

  /** The e-mail's name, the same at every try. */
  String name() {
    return conversion + "." + attempt + "." + kind.wire();
  }
}

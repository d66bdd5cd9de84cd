package io.tapedeck.notification;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import java.util.Locale;
import java.util.Optional;

/**
 * What a letter is about; there is one letter for each. A conversion that failed and was tried
 * again ends with another attempt and so gets another letter.
 *
 * @param attempt the conversion's attempt when it ended
 */
record LetterKey(ConversionId conversion, int attempt, Kind kind) {
  enum Kind {
    READY,
    FAILED;

    /** The name in tables and letters. */
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this name; anything else is an {@link IllegalArgumentException}. */
    static Kind of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }

  /** The letter that a conversion's state calls for, if any. */
  static Optional<LetterKey> of(Conversion conversion) {
    return switch (conversion.state()) {
      case ConversionState.Ready r ->
          Optional.of(new LetterKey(conversion.id(), conversion.attempt(), Kind.READY));
      case ConversionState.Failed f ->
          Optional.of(new LetterKey(conversion.id(), conversion.attempt(), Kind.FAILED));
      case ConversionState.Queued q -> Optional.empty();
      case ConversionState.Converting c -> Optional.empty();
      case ConversionState.Cancelled c -> Optional.empty();
      case ConversionState.Expired e -> Optional.empty();
    };
  }

  /** The letter's name, the same at every try. */
  String name() {
    return conversion + "." + attempt + "." + kind.wire();
  }
}

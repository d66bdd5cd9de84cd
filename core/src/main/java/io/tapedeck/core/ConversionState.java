package io.tapedeck.core;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The state of a conversion. Only {@link Kind#next()} defines the allowed moves. */
public sealed interface ConversionState {
  /** Waits for a converter. */
  record Queued() implements ConversionState {}

  /** A converter works on it. */
  record Converting(Lease lease, Progress progress) implements ConversionState {}

  /** The MP3 is complete. */
  record Ready(Mp3 mp3) implements ConversionState {}

  /** The conversion ended without an MP3. */
  record Failed(Problem problem) implements ConversionState {}

  /** The owner cancelled the conversion. */
  record Cancelled() implements ConversionState {}

  /** The files were deleted, by retention or by the owner. */
  record Expired() implements ConversionState {}

  default Kind kind() {
    return switch (this) {
      case Queued q -> Kind.QUEUED;
      case Converting c -> Kind.CONVERTING;
      case Ready r -> Kind.READY;
      case Failed f -> Kind.FAILED;
      case Cancelled c -> Kind.CANCELLED;
      case Expired e -> Kind.EXPIRED;
    };
  }

  /** The name of a state, without the state's data. */
  enum Kind {
    QUEUED,
    CONVERTING,
    READY,
    FAILED,
    CANCELLED,
    EXPIRED;

    /**
     * The states that may follow this one. Converting moves to Queued when a lease ends or is
     * handed back.
     */
    public Set<Kind> next() {
      return switch (this) {
        case QUEUED -> EnumSet.of(CONVERTING, FAILED, CANCELLED, EXPIRED);
        case CONVERTING -> EnumSet.of(QUEUED, READY, FAILED, CANCELLED, EXPIRED);
        case FAILED -> EnumSet.of(QUEUED, EXPIRED);
        case READY, CANCELLED -> EnumSet.of(EXPIRED);
        case EXPIRED -> EnumSet.noneOf(Kind.class);
      };
    }

    /** Whether nothing more happens by itself in this state, except expiry. */
    public boolean terminal() {
      return this != QUEUED && this != CONVERTING;
    }

    /**
     * The name on the wire and in tables: queued, converting, ready, failed, cancelled, expired.
     */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this wire name; other names throw {@link IllegalArgumentException}. */
    public static Kind of(String wire) {
      return Arrays.stream(values())
          .filter(kind -> kind.wire().equals(wire))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("not a state: " + Text.shown(wire)));
    }
  }
}

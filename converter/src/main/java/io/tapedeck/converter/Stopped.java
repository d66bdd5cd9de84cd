package io.tapedeck.converter;

/** Why a running conversion is stopped without a fault of its own. */
final class Stopped extends RuntimeException {
  enum Why {
    /** Its owner cancelled or deleted it. */
    CANCELLED,
    /** The lease belongs to another converter by now. */
    LOST,
    /** This converter is stopping. */
    STOPPING
  }

  private final Why why;

  Stopped(Why why) {
    super(why.name(), null, false, false);
    this.why = why;
  }

  Why why() {
    return why;
  }
}

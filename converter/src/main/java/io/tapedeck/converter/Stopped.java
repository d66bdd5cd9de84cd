package io.tapedeck.converter;

/** Why a running conversion is ended that is not to blame for it. */
final class Stopped extends RuntimeException {
  enum Why {
    /** Its owner cancelled or deleted it. */
    CANCELLED,
    /** The lease is somebody else's by now. */
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

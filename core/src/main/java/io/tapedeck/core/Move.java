package io.tapedeck.core;

/** The answer to a wish to change a conversion's state. */
public sealed interface Move {
  /** It was done; this is the conversion now. */
  record Done(Conversion conversion) implements Move {}

  /** It was not: the state, the lease or its attempt is another by now. Nothing changed. */
  record Refused(Conversion conversion) implements Move {}

  /** There is no such conversion. */
  record Unknown() implements Move {}
}

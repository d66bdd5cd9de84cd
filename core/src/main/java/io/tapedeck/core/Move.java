package io.tapedeck.core;

/** The result of a request to change a conversion's state. */
public sealed interface Move {
  /** The change was made; this is the conversion now. */
  record Done(Conversion conversion) implements Move {}

  /** Nothing changed, because the state, the lease or the attempt is different by now. */
  record Refused(Conversion conversion) implements Move {}

  /** There is no such conversion. */
  record Unknown() implements Move {}
}

package io.tapedeck.core;

/**
 * Something that happened to a conversion. The {@link Ledger} has the true state; an event is a
 * hint to look there.
 */
public sealed interface Event {
  ConversionId conversion();

  /** An event that one worker must handle, at least once. */
  sealed interface Work extends Event {}

  /** An event for all who listen at this moment, delivered at most once. */
  sealed interface Notice extends Event {}

  /** A conversion is Queued, and its video is in the store. */
  record VideoStored(ConversionId conversion) implements Work {}

  /** A conversion became Ready. */
  record Mp3Ready(ConversionId conversion) implements Work {}

  /** A conversion Failed. */
  record ConversionFailed(ConversionId conversion) implements Work {}

  /** A conversion's state or progress changed. A listener that shows them reads the ledger. */
  record Changed(ConversionId conversion, AccountId owner) implements Notice {}

  /** A conversion was cancelled or deleted. A converter that works on it stops. */
  record Stopped(ConversionId conversion, AccountId owner) implements Notice {}
}

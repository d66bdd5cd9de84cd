package io.tapedeck.core;

import java.util.stream.Stream;

/**
 * Something that owns threads, sockets, files or a pool: it says how it is, and whoever built it
 * closes it.
 */
public interface Component extends AutoCloseable {
  /** How it is now; answers within seconds and throws nothing. */
  Health check();

  /** Ends it and gives everything back. A second close does nothing. */
  @Override
  void close();

  /** The answer of a check. */
  sealed interface Health {
    /** Fit for work. */
    record Up() implements Health {}

    /** Not fit for work, for the reason given. */
    record Down(String reason) implements Health {}

    /** Up when all are, else the first that is not. */
    static Health of(Stream<Health> parts) {
      return parts.filter(Down.class::isInstance).findFirst().orElseGet(Health::up);
    }

    static Health up() {
      return new Up();
    }

    static Health down(String reason) {
      return new Down(reason);
    }
  }
}

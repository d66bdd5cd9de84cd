package io.tapedeck.core;

import java.util.stream.Stream;

/**
 * Something that owns threads, sockets, files or a pool. It reports its health, and whoever built
 * it closes it.
 */
public interface Component extends AutoCloseable {
  /** The health now. Returns within seconds and throws nothing. */
  Health check();

  /** Ends the component and releases all it owns. A second close does nothing. */
  @Override
  void close();

  /** The result of a check. */
  sealed interface Health {
    /** Ready for work. */
    record Up() implements Health {}

    /** Not ready for work, for the given reason. */
    record Down(String reason) implements Health {}

    /** Up when all parts are up, otherwise the first part that is down. */
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

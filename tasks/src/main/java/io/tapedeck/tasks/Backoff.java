package io.tapedeck.tasks;

import java.time.Duration;

/**
 * How long to wait before a failed action is retried. Each pause is several times as long as the
 * pause before it, up to a longest pause.
 *
 * @param first the pause after one failure; more than zero
 * @param factor how many times as long the next pause is; 2 or more
 * @param longest the longest pause
 */
public record Backoff(Duration first, int factor, Duration longest) {
  public Backoff {
    if (!first.isPositive() || factor < 2) {
      throw new IllegalArgumentException("these pauses do not grow: " + first + " × " + factor);
    }
  }

  public static Backoff doubling(Duration first, Duration longest) {
    return new Backoff(first, 2, longest);
  }

  /** The pause after this many failures in a row. */
  public Duration after(int failures) {
    Duration pause = first;
    for (int i = 1; i < failures && pause.compareTo(longest) < 0; i++) {
      pause = pause.multipliedBy(factor);
    }
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}

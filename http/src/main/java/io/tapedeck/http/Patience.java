package io.tapedeck.http;

import java.time.Duration;

/**
 * How long a client may keep its request waiting. Waiting for the client uses it up, and each byte
 * that the client sends or takes gives back about a millisecond. So a client that moves less than
 * {@value #LEAST_RATE} bytes a second for long is given up, and a slow line of 2 KB/s never is.
 */
final class Patience {
  /** Bytes a second. */
  static final int LEAST_RATE = 1024;

  private static final long NANOS_FOR_A_BYTE = Duration.ofSeconds(1).toNanos() / LEAST_RATE;

  private final long most;
  private long left;

  /**
   * @param most the longest pause in which no byte moves
   */
  Patience(Duration most) {
    this.most = most.toNanos();
    this.left = this.most;
  }

  /** The time that is left, in nanoseconds; 0 when it is used up. */
  long left() {
    return left;
  }

  /** The time that is left for moving this many bytes, in nanoseconds. */
  long leftFor(long bytes) {
    return left + bytes * NANOS_FOR_A_BYTE;
  }

  void waited(long nanos) {
    left = Math.max(0, left - nanos);
  }

  void moved(long bytes) {
    left = Math.min(most, left + bytes * NANOS_FOR_A_BYTE);
  }
}

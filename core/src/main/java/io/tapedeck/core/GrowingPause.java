package io.tapedeck.core;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait while something keeps failing: twice as long after each failure, up to a bound,
 * and as short as at first after a success. For any number of threads.
 */
public final class GrowingPause {
  private static final int MOST_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private int failures;

  public GrowingPause(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
  }

  /** Notes a failure; whether it is the first one in a row, which is worth a line in the log. */
  public synchronized boolean failed() {
    failures++;
    return failures == 1;
  }

  /** Notes a success; whether it ended a row of failures. */
  public synchronized boolean succeeded() {
    boolean failedBefore = failures > 0;
    failures = 0;
    return failedBefore;
  }

  /** The pause after the failures so far. */
  public synchronized Duration length() {
    int doublings = Math.clamp(failures - 1L, 0, MOST_DOUBLINGS);
    Duration pause = first.multipliedBy(1L << doublings);
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  /** Waits for {@link #length}, or until the latch opens; true when it did, so that one stops. */
  public boolean await(CountDownLatch stopping) throws InterruptedException {
    return stopping.await(length().toNanos(), TimeUnit.NANOSECONDS);
  }
}

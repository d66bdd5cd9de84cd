package io.tapedeck.converter;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The places for conversions at this converter. The ordinary ones are for whoever has the next
 * turn. The others are only for newcomers: accounts of which nothing is being converted. So long
 * conversions of one account do not keep another account waiting until they end. An event holds a
 * place while it is handled, and events come for as many as there are.
 */
final class Places {
  private int free;
  private int signals;

  /**
   * @param ordinary places; who takes one more gets one for newcomers
   */
  Places(int ordinary) {
    free = ordinary;
  }

  /** A place, held until it is closed. */
  final class Place implements AutoCloseable {
    private boolean ordinary;

    /** Whether only newcomers may be converted here; changes once an ordinary place is free. */
    boolean isForNewcomers() {
      synchronized (Places.this) {
        if (!ordinary && free > 0) {
          free--;
          ordinary = true;
        }
        return !ordinary;
      }
    }

    @Override
    public void close() {
      synchronized (Places.this) {
        if (ordinary) {
          free++;
        }
        signal();
      }
    }
  }

  Place take() {
    return new Place();
  }

  /** Says that a conversion may have its turn now. */
  synchronized void signal() {
    signals++;
    notifyAll();
  }

  synchronized int signals() {
    return signals;
  }

  /** Waits until there were more signals than these, and no longer than the time. */
  synchronized void await(int signalsBefore, Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    try {
      for (long left = longest.toNanos(); left > 0 && signals == signalsBefore; ) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = end - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.tapedeck.app;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back to the system when a server has come to rest. The serial collector looks at the
 * old part of the heap only when all of it is full, so that hundreds of megabytes of a busy hour
 * would stay resident for days; how much is given back is for the flags of the start to say.
 */
final class IdleMemory {
  private static final Duration EVERY = Duration.ofSeconds(15);

  /** What a server at rest allocates between two looks is far less, a conversion far more. */
  private static final long BUSY_BYTES = 16L << 20;

  private long before;
  private boolean rested;

  /** Looks now and then, as long as the process lives. */
  static void watch() {
    IdleMemory memory = new IdleMemory();
    Thread.ofPlatform().daemon().name("idle-memory").start(memory::looks);
  }

  private void looks() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
        if (isToBeFreed(used())) {
          System.gc();
          before = used();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long used() {
    Runtime now = Runtime.getRuntime();
    return now.totalMemory() - now.freeMemory();
  }

  /** Whether it has just come to rest: once after each time of work. */
  boolean isToBeFreed(long used) {
    boolean busy = Math.abs(used - before) >= BUSY_BYTES;
    before = used;
    boolean freed = !busy && !rested;
    rested = !busy;
    return freed;
  }
}

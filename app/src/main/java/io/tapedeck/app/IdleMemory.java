package io.tapedeck.app;

import io.tapedeck.tasks.Schedule;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Returns memory to the system when a server becomes idle. The serial collector collects the old
 * part of the heap only when all of it is full, so hundreds of megabytes from a busy hour would
 * stay resident for days. The JVM flags of the start decide how much is returned.
 */
final class IdleMemory {
  private static final Duration EVERY = Duration.ofSeconds(15);

  /** An idle server allocates far less between two checks, a conversion far more. */
  private static final long BUSY_BYTES = 16L << 20;

  private long before;
  private boolean rested;

  /** Checks from time to time, as long as the process lives. */
  static void watch() {
    IdleMemory memory = new IdleMemory();
    Schedule tasks = new Schedule(InstantSource.system());
    tasks.every("idle-memory", EVERY, EVERY, memory::look);
    tasks.start();
  }

  private void look() {
    if (isToBeFreed(used())) {
      System.gc();
      before = used();
    }
  }

  private static long used() {
    Runtime now = Runtime.getRuntime();
    return now.totalMemory() - now.freeMemory();
  }

  /** Whether the server has just become idle: true once after each busy period. */
  boolean isToBeFreed(long used) {
    boolean busy = Math.abs(used - before) >= BUSY_BYTES;
    before = used;
    boolean freed = !busy && !rested;
    rested = !busy;
    return freed;
  }
}

package io.tapedeck.app;

import io.tapedeck.tasks.Schedule;
import java.time.Duration;
import java.time.InstantSource;

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

  /** Whether it has just come to rest: once after each time of work. */
  boolean isToBeFreed(long used) {
    boolean busy = Math.abs(used - before) >= BUSY_BYTES;
    before = used;
    boolean freed = !busy && !rested;
    rested = !busy;
    return freed;
  }
}

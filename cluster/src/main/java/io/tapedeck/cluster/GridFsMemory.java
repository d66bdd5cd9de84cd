package io.tapedeck.cluster;

import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory for chunks under way, of all uploads and downloads of this process together, counted
 * in chunks. Nobody who waits for some holds any, and nobody waits long: a crowd is turned away for
 * a while, and there is neither a dead-lock nor a full heap.
 */
final class GridFsMemory {
  /** The part of the heap that chunks may take; the driver's copies may take the same again. */
  private static final int PART = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Semaphore chunks;

  /** With room for so many chunks. */
  GridFsMemory(int chunks) {
    this.chunks = new Semaphore(chunks);
  }

  /** As much as this process' heap allows. */
  static GridFsMemory ofThisHeap() {
    return new GridFsMemory(
        (int) Math.min(4096, Runtime.getRuntime().maxMemory() / PART / GridFsBlobStore.CHUNK));
  }

  /** Takes room for a chunk where there is some now. */
  boolean tryTake() {
    return chunks.tryAcquire();
  }

  /** Takes room for a chunk, and waits for it for some seconds; {@link Outage} when none came. */
  void take() {
    try {
      if (chunks.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("waiting for memory was interrupted", e);
    }
    throw new Outage("too many uploads and downloads at once for this process' memory", null);
  }

  /** Gives back the room for so many chunks. */
  void give(int count) {
    chunks.release(count);
  }

  /** Chunks for which there is room now. */
  int free() {
    return chunks.availablePermits();
  }
}

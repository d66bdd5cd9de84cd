package io.tapedeck.cluster;

import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory for chunks under way, of all uploads and downloads of this process together, counted
 * in chunks. Nobody who waits for some holds any, and nobody waits long: a crowd is turned away for
 * a while, and there is neither a dead-lock nor a full heap.
 *
 * <p>A download owns one chunk. What it reads ahead is lent, while there is plenty, and taken back
 * from whoever has not moved for longest when somebody needs it: clients that do not read what they
 * asked for keep one chunk each, and all downloads together leave a quarter to uploads.
 */
final class GridFsMemory {
  /** The part of the heap that chunks may take; the driver's copies may take the same again. */
  private static final int PART = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Holds chunks that it can do without. */
  interface Borrower {
    /** Lets go of all chunks that are lent to it. For any thread. */
    void letGo();
  }

  private final Semaphore chunks;
  private final Semaphore downloads;

  /** So many chunks are never lent. */
  private final int kept;

  /** Those that chunks are lent to; first who has not borrowed for longest. */
  private final SequencedSet<Borrower> borrowers = new LinkedHashSet<>();

  /** With room for so many chunks, at least two. */
  GridFsMemory(int chunks) {
    this.chunks = new Semaphore(chunks);
    kept = chunks / 4;
    downloads = new Semaphore(chunks - Math.max(1, kept));
  }

  /** As much as this process' heap allows. */
  static GridFsMemory ofThisHeap() {
    return new GridFsMemory(
        (int) Math.min(4096, Runtime.getRuntime().maxMemory() / PART / GridFsBlobStore.CHUNK));
  }

  /** Takes room for a chunk where there is some now. */
  boolean tryTake() {
    while (!chunks.tryAcquire()) {
      Borrower idlest = idlest();
      if (idlest == null) {
        return false;
      }
      idlest.letGo();
    }
    return true;
  }

  private @Nullable Borrower idlest() {
    synchronized (borrowers) {
      return borrowers.isEmpty() ? null : borrowers.removeFirst();
    }
  }

  /** Takes room for a chunk, and waits for it for some seconds; {@link Outage} when none came. */
  void take() {
    if (!tryTake()) {
      await(chunks);
    }
  }

  /** Begins a download, which must {@link #end}; {@link Outage} when there are too many. */
  void begin() {
    await(downloads);
  }

  /** A download has ended, and lets go of what was lent to it. */
  void end(Borrower download) {
    synchronized (borrowers) {
      borrowers.remove(download);
    }
    download.letGo();
    downloads.release();
  }

  /** Lends room for a chunk where there is plenty. */
  boolean lend(Borrower to) {
    if (chunks.availablePermits() <= kept || !chunks.tryAcquire()) {
      return false;
    }
    synchronized (borrowers) {
      borrowers.remove(to);
      borrowers.addLast(to);
    }
    return true;
  }

  private static void await(Semaphore room) {
    try {
      if (room.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
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

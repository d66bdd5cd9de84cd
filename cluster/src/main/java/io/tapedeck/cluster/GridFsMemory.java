package io.tapedeck.cluster;

import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The memory for chunks in progress, counted in chunks, for all uploads and downloads of this
 * process together. A caller that waits for memory holds none, and waits only briefly. When there
 * are too many callers, some are refused for a while. So there is neither a deadlock nor a full
 * heap.
 *
 * <p>A download owns one chunk. For its read-ahead it borrows more while there is plenty. When
 * another caller needs memory, it is taken back from the download that has not borrowed for
 * longest. So clients that do not read their data keep one chunk each, and all downloads together
 * leave a quarter to uploads.
 */
final class GridFsMemory {
  /** Chunks may take a quarter of the heap; the driver's copies may take the same again. */
  private static final int PART = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Holds chunks that it can do without. */
  interface Borrower {
    /** Releases all chunks that are lent to it. Any thread may call this. */
    void letGo();
  }

  private final Semaphore chunks;
  private final Semaphore downloads;

  /** The number of chunks that are never lent. */
  private final int kept;

  /** The borrowers; the one that has not borrowed for longest is first. */
  private final SequencedSet<Borrower> borrowers = new LinkedHashSet<>();

  /** With space for this many chunks, at least two. */
  GridFsMemory(int chunks) {
    this.chunks = new Semaphore(chunks);
    kept = chunks / 4;
    downloads = new Semaphore(chunks - Math.max(1, kept));
  }

  /** With as much as this process' heap allows. */
  static GridFsMemory ofThisHeap() {
    return new GridFsMemory(
        (int) Math.min(4096, Runtime.getRuntime().maxMemory() / PART / GridFsBlobStore.CHUNK));
  }

  /** Takes space for a chunk if there is some now. */
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

  /**
   * Takes space for a chunk and waits some seconds for it; throws {@link Outage} when none came.
   */
  void take() {
    if (!tryTake()) {
      await(chunks);
    }
  }

  /** Begins a download, which must {@link #end}; throws {@link Outage} for too many downloads. */
  void begin() {
    await(downloads);
  }

  /** Ends a download, and releases what was lent to it. */
  void end(Borrower download) {
    synchronized (borrowers) {
      borrowers.remove(download);
    }
    download.letGo();
    downloads.release();
  }

  /** Lends space for a chunk if there is plenty. */
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

  /** Gives back the space for this many chunks. */
  void give(int count) {
    chunks.release(count);
  }

  /** The number of chunks for which there is space now. */
  int free() {
    return chunks.availablePermits();
  }
}

package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Gets a video as a file. If the store does not keep files, this makes a copy, which may take
 * minutes. Other threads may meanwhile check its progress and stop it.
 */
final class Fetching {
  private final BlobStore blobs;
  private final Scratch scratch;
  private @Nullable Thread thread;
  private @Nullable RuntimeException stopped;

  Fetching(BlobStore blobs, Scratch scratch) {
    this.blobs = blobs;
    this.scratch = scratch;
  }

  /**
   * The file: the store's own, or a copy in the scratch folder.
   *
   * @throws RuntimeException the reason given to {@link #stop}, or what the store throws
   */
  Path run(BlobId video) {
    begin();
    try {
      return blobs.file(video, scratch.folder());
    } catch (RuntimeException e) {
      throwIfStopped(); // an interrupted copy can throw many kinds of errors
      throw e;
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    throwIfStopped();
    thread = Thread.currentThread();
  }

  /**
   * From here on {@link #stop} does not interrupt, and later code must not see an old interrupt.
   */
  private synchronized void end() {
    thread = null;
    if (stopped != null) {
      Thread.interrupted();
    }
  }

  private synchronized void throwIfStopped() {
    if (stopped != null) {
      throw stopped;
    }
  }

  /** Stops the copy at once. Without effect after its end; only the first reason counts. */
  synchronized void stop(RuntimeException reason) {
    if (stopped == null) {
      stopped = reason;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /** A counter that grows while the copy moves; if it stops growing, the copy has stalled. */
  long moved() {
    return scratch.bytes();
  }
}

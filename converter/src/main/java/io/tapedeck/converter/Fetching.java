package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Gets a video as a file. Where the store has no files that is a copy, which may take minutes;
 * other threads may meanwhile ask whether it moves, and end it.
 */
final class Fetching {
  private final BlobStore blobs;
  private final DiskSpace room;
  private final Scratch scratch;
  private @Nullable Thread thread;
  private @Nullable RuntimeException stopped;

  Fetching(BlobStore blobs, DiskSpace room, Scratch scratch) {
    this.blobs = blobs;
    this.room = room;
    this.scratch = scratch;
  }

  /**
   * The file; the store's own, or a copy in the scratch folder.
   *
   * @throws RuntimeException the reason given to {@link #stop}, or what the store throws
   */
  Path run(BlobId video) {
    begin();
    try {
      room.require(0);
      return blobs.file(video, scratch.folder());
    } catch (RuntimeException e) {
      throwIfStopped(); // what is interrupted fails in many ways
      throw e;
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    throwIfStopped();
    thread = Thread.currentThread();
  }

  /** From now on nobody interrupts, and what follows must not see that somebody did. */
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

  /** Ends it at once. Without effect when it has ended; the first reason counts. */
  synchronized void stop(RuntimeException reason) {
    if (stopped == null) {
      stopped = reason;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /** Grows as long as anything moves: what a stall is told by. */
  long moved() {
    return scratch.bytes();
  }
}

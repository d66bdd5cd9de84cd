package io.tapedeck.cluster;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;

/**
 * The chunks of a range, one after the other. While one is given to the receiver the next are
 * fetched already, as far as there is memory. Each is asked for by itself, so that a server has no
 * more in hand than what is sent.
 */
final class GridFsReading implements AutoCloseable {
  /** Chunks of one reading under way. Chosen by measurement, see docs/adr/0010. */
  private static final int DEPTH = 6;

  private final GridFsShelf shelf;
  private final BlobId id;
  private final ObjectId fileId;
  private final long last;
  private final GridFsMemory memory;
  private final Deque<FutureTask<ByteBuffer>> fetched = new ArrayDeque<>();
  private long next;
  private int taken;

  /**
   * @param first number of the first chunk, and {@code last} of the last
   */
  GridFsReading(
      GridFsShelf shelf, BlobId id, ObjectId fileId, long first, long last, GridFsMemory memory) {
    this.shelf = shelf;
    this.id = id;
    this.fileId = fileId;
    this.last = last;
    this.memory = memory;
    next = first;
  }

  /** The next chunk's data; the one before is no longer needed. */
  ByteBuffer next() {
    if (taken > fetched.size()) {
      give(1);
    }
    if (fetched.isEmpty()) {
      memory.take();
      fetch();
    }
    while (fetched.size() < DEPTH && next <= last && memory.tryTake()) {
      fetch();
    }
    ByteBuffer data = result(fetched.element());
    fetched.remove();
    return data;
  }

  private void fetch() {
    taken++;
    long n = next++;
    FutureTask<ByteBuffer> task = new FutureTask<>(() -> GridFsBlobStore.guarded(() -> data(n)));
    fetched.add(task);
    Thread.ofVirtual().name("gridfs-" + id).start(task);
  }

  private void give(int count) {
    taken -= count;
    memory.give(count);
  }

  private ByteBuffer data(long n) {
    RawBsonDocument chunk = shelf.chunk(fileId, n);
    if (chunk == null) {
      throw new Outage(Code.INTERNAL, "the blob " + id + " lacks its chunk " + n, null);
    }
    return GridFsChunk.data(chunk);
  }

  private ByteBuffer result(FutureTask<ByteBuffer> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("the reading of " + id + " was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Fault fault
          ? fault
          : new Outage("the reading of " + id + " failed: " + e.getCause(), e);
    }
  }

  /**
   * Chunks that are still on their way take up memory until they are here, even for one in a hurry.
   */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (FutureTask<ByteBuffer> abandoned : fetched) {
      interrupted |= awaited(abandoned);
    }
    give(taken);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when it has ended, however; whether this thread was interrupted meanwhile. */
  private static boolean awaited(FutureTask<?> task) {
    boolean interrupted = false;
    while (task.state() == Future.State.RUNNING) {
      try {
        task.get();
      } catch (ExecutionException e) {
        // Nobody asks for it any more.
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}

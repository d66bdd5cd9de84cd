package io.tapedeck.cluster;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a range, one after the other. While the receiver gets one chunk, the next are
 * fetched, as far as memory is lent for them. Each chunk is a request of its own, so that a server
 * holds no more than what is sent.
 */
final class GridFsReadAhead implements AutoCloseable, GridFsMemory.Borrower {
  /** Chunks of one download in progress. Chosen by measurement, see docs/adr/0010. */
  private static final int DEPTH = 6;

  private final GridFsBucket bucket;
  private final BlobId id;
  private final ObjectId fileId;
  private final long last;
  private final GridFsMemory memory;

  /**
   * The chunks read ahead, in borrowed memory; any thread may change this and {@code next} with it.
   */
  private final Deque<Fetch> ahead = new ArrayDeque<>();

  private long next;
  private @Nullable Fetch current;

  /**
   * Waits when there are too many downloads.
   *
   * @param first number of the first chunk, and {@code last} of the last
   * @throws Outage when the wait takes too long
   */
  GridFsReadAhead(
      GridFsBucket bucket, BlobId id, ObjectId fileId, long first, long last, GridFsMemory memory) {
    this.bucket = bucket;
    this.id = id;
    this.fileId = fileId;
    this.last = last;
    this.memory = memory;
    next = first;
    memory.begin();
  }

  /** The next chunk's data; the data of the chunk before is no longer needed. */
  ByteBuffer next() {
    drop(current);
    Fetch begun = first();
    current = begun;
    readAhead();
    return result(begun);
  }

  private Fetch first() {
    synchronized (ahead) {
      Fetch fetched = ahead.poll();
      if (fetched != null) {
        return fetched;
      }
    }
    current = null;
    memory.take(); // without the lock, as this may wait
    synchronized (ahead) {
      return fetch();
    }
  }

  private void readAhead() {
    synchronized (ahead) {
      while (ahead.size() < DEPTH - 1 && next <= last && memory.lend(this)) {
        ahead.add(fetch());
      }
    }
  }

  private Fetch fetch() {
    Fetch fetch = new Fetch(next++);
    Thread.ofVirtual().name("gridfs-" + id).start(fetch);
    return fetch;
  }

  @Override
  public void letGo() {
    synchronized (ahead) {
      next -= ahead.size();
      ahead.forEach(GridFsReadAhead::drop);
      ahead.clear();
    }
  }

  private static void drop(@Nullable Fetch fetch) {
    if (fetch != null) {
      fetch.drop();
    }
  }

  /**
   * A chunk that is being fetched or has arrived. It uses memory until it is no longer wanted. A
   * fetch cannot be stopped, so an unwanted chunk still uses memory until it has arrived.
   */
  private final class Fetch extends FutureTask<ByteBuffer> {
    private final AtomicBoolean given = new AtomicBoolean();
    private volatile boolean dropped;

    Fetch(long n) {
      super(() -> GridFsBlobStore.guarded(() -> data(n)));
    }

    void drop() {
      dropped = true;
      giveIfOver();
    }

    @Override
    protected void done() {
      giveIfOver();
    }

    private void giveIfOver() {
      if (dropped && isDone() && given.compareAndSet(false, true)) {
        memory.give(1);
      }
    }
  }

  private ByteBuffer data(long n) {
    RawBsonDocument chunk = bucket.chunk(fileId, n);
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

  /** Waits for nothing, not even for chunks that are being fetched. */
  @Override
  public void close() {
    drop(current);
    memory.end(this);
  }
}

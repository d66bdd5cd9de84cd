package io.tapedeck.local;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * A few large direct buffers for fast transfers. Slow senders use a small buffer each and none of
 * these, so memory does not grow with the number of connections.
 */
final class Buffers {
  /** Size of a slow sender's buffer, in bytes. */
  static final int SMALL = 8 * 1024;

  /** Size of a large buffer, in bytes; throughput did not grow above this. */
  static final int LARGE = 256 * 1024;

  private static final int MOST = 32;

  private final Semaphore permits = new Semaphore(MOST);
  private final BlockingQueue<ByteBuffer> idle = new ArrayBlockingQueue<>(MOST);

  /** A buffer that is returned to the pool when the loan is closed. */
  record Loan(ByteBuffer buffer, Buffers owner, boolean pooled) implements AutoCloseable {
    @Override
    public void close() {
      if (pooled && owner.idle.offer(buffer)) {
        owner.permits.release();
      }
    }
  }

  boolean available() {
    return permits.availablePermits() > 0;
  }

  /** A large buffer; when all are lent, a large buffer on the heap. */
  Loan large() {
    if (!permits.tryAcquire()) {
      return new Loan(ByteBuffer.allocate(4 * SMALL), this, false);
    }
    ByteBuffer pooled = idle.poll();
    return new Loan(pooled == null ? ByteBuffer.allocateDirect(LARGE) : pooled.clear(), this, true);
  }
}

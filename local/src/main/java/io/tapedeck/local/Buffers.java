package io.tapedeck.local;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * A few large direct buffers for those who move bytes fast. Five hundred slow senders share none of
 * them: they do with a small one each, so memory does not grow with the number of connections.
 */
final class Buffers {
  /** Bytes of a slow sender's buffer. */
  static final int SMALL = 8 * 1024;

  /** Bytes of a large buffer; above this, throughput no longer grew. */
  static final int LARGE = 256 * 1024;

  private static final int MOST = 32;

  private final Semaphore permits = new Semaphore(MOST);
  private final BlockingQueue<ByteBuffer> idle = new ArrayBlockingQueue<>(MOST);

  /** A buffer that goes back when the loan is closed. */
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

  /** A large buffer, or, when all are lent, one on the heap. */
  Loan large() {
    if (!permits.tryAcquire()) {
      return new Loan(ByteBuffer.allocate(4 * SMALL), this, false);
    }
    ByteBuffer pooled = idle.poll();
    return new Loan(pooled == null ? ByteBuffer.allocateDirect(LARGE) : pooled.clear(), this, true);
  }
}

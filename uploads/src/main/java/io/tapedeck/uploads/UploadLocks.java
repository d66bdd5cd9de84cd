package io.tapedeck.uploads;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which request writes to an upload. The newest one wins: it hangs up the one before it, whose
 * client is usually gone without anybody having noticed, and begins when that one has stored its
 * bytes.
 */
public final class UploadLocks {
  /** Longer than a write to a slow disk takes; the store itself refuses the older after that. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<UploadId, Lock> locks = new ConcurrentHashMap<>();

  /** One request's hold on an upload. Closing ends it. */
  public final class Lock implements AutoCloseable {
    private final UploadId id;
    private final Runnable hangUp;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();
    private volatile OptionalLong checkedFrom = OptionalLong.empty();

    private Lock(UploadId id, Runnable hangUp) {
      this.id = id;
      this.hangUp = hangUp;
    }

    /** Counts bytes that this request brought. */
    public void received(int bytes) {
      received.addAndGet(bytes);
    }

    /** Says that this request's bytes are only right when their checksum is. */
    public void checkedFrom(long offset) {
      checkedFrom = OptionalLong.of(offset);
    }

    @Override
    public void close() {
      locks.remove(id, this);
      over.countDown();
    }
  }

  /**
   * Takes the lock, and ends another's hold.
   *
   * @param hangUp makes the request that takes it fail, for the next one that comes
   * @throws Refusal {@link Code#CONFLICT} when the other does not end, or an even newer request has
   *     come
   */
  public Lock take(UploadId id, Runnable hangUp) {
    Lock mine = new Lock(id, hangUp);
    Lock before = locks.put(id, mine);
    if (before != null) {
      before.hangUp.run();
      if (!ended(before) || locks.get(id) != mine) {
        mine.close();
        throw new Refusal(Code.CONFLICT, "another request writes to this upload");
      }
    }
    return mine;
  }

  /** Takes the lock unless somebody has it. */
  public Optional<Lock> tryLock(UploadId id) {
    Lock mine = new Lock(id, () -> {});
    return locks.putIfAbsent(id, mine) == null ? Optional.of(mine) : Optional.empty();
  }

  /** Ends the hold of whoever writes to it. */
  public void hangUp(UploadId id) {
    Lock lock = locks.get(id);
    if (lock != null) {
      lock.hangUp.run();
    }
  }

  /** Where the part that is on its way began, when its bytes wait for their checksum. */
  public OptionalLong checkedFrom(UploadId id) {
    Lock lock = locks.get(id);
    return lock == null ? OptionalLong.empty() : lock.checkedFrom;
  }

  /** Bytes that came in requests that have not ended. */
  public long received() {
    return locks.values().stream().mapToLong(lock -> lock.received.get()).sum();
  }

  private static boolean ended(Lock lock) {
    try {
      return lock.over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

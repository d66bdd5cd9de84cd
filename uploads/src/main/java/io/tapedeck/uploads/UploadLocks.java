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

/**
 * Knows which request writes to an upload. The newest request wins: it interrupts the older
 * request, whose client has usually gone without the server noticing. The newest request begins
 * when the older one has stored its bytes.
 */
public final class UploadLocks {
  /** Longer than a write to a slow disk. After it, the store itself refuses the older request. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<UploadId, Lock> locks = new ConcurrentHashMap<>();

  /** The lock that one request holds on an upload. Closing releases the lock. */
  public final class Lock implements AutoCloseable {
    private final UploadId id;
    private final Runnable hangUp;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile OptionalLong checkedFrom = OptionalLong.empty();

    private Lock(UploadId id, Runnable hangUp) {
      this.id = id;
      this.hangUp = hangUp;
    }

    /** Marks the bytes from this offset on: they do not count until their checksum matches. */
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
   * Takes the lock and interrupts the request that holds it.
   *
   * @param hangUp makes the request that takes the lock fail; called when a newer request takes it
   * @throws Refusal {@link Code#CONFLICT} when the older request does not end, or when an even
   *     newer request has taken the lock
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

  /** Takes the lock unless a request holds it. */
  public Optional<Lock> tryLock(UploadId id) {
    Lock mine = new Lock(id, () -> {});
    return locks.putIfAbsent(id, mine) == null ? Optional.of(mine) : Optional.empty();
  }

  /** Interrupts the request that writes to this upload. */
  public void hangUp(UploadId id) {
    Lock lock = locks.get(id);
    if (lock != null) {
      lock.hangUp.run();
    }
  }

  /** The offset at which the current part began, if the part has a checksum. */
  public OptionalLong checkedFrom(UploadId id) {
    Lock lock = locks.get(id);
    return lock == null ? OptionalLong.empty() : lock.checkedFrom;
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

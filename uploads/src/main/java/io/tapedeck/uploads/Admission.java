package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Admits uploads by the file's size, the account's quota, and the disk space that is not reserved.
 * When the length is known, the check comes before the first byte.
 */
public final class Admission {
  /** The period over which the quota of audio counts. */
  public static final Duration MONTH = Duration.ofDays(30);

  private static final Duration PAUSE = Duration.ofSeconds(60);

  /** How long an upload waits for the admission of others. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final UploadLimits limits;
  private final Ledger ledger;
  private final BlobStore store;
  private final UploadTable table;
  private final UploadLocks locks;
  private final Clock clock;
  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private final ReentrantLock oneAtATime = new ReentrantLock();

  public Admission(
      UploadLimits limits,
      Ledger ledger,
      BlobStore store,
      UploadTable table,
      UploadLocks locks,
      Clock clock) {
    this.limits = limits;
    this.ledger = ledger;
    this.store = store;
    this.table = table;
    this.locks = locks;
    this.clock = clock;
  }

  /** Space reserved for an upload in one request. Closing releases the space. */
  public final class Place implements AutoCloseable {
    private final AccountId account;
    private final long length;
    private final AtomicLong received = new AtomicLong();

    private Place(AccountId account, OptionalLong length) {
      this.account = account;
      this.length = length.orElse(0);
    }

    /** Counts received bytes. Refuses more bytes than the limit or the disk allows. */
    public void received(int bytes) {
      long sum = received.addAndGet(bytes);
      if (sum > limits.largestFile()) {
        throw tooLarge("this file has more");
      }
      if (sum > length && sum / SLICE != (sum - bytes) / SLICE) {
        refuseWithoutRoom(SLICE);
      }
    }

    private long remaining() {
      return Math.max(0, length - received.get());
    }

    @Override
    public void close() {
      places.remove(this);
    }
  }

  /** Bytes between two checks of the disk when the length is unknown. */
  private static final long SLICE = 16L << 20;

  /**
   * Admits an upload in one request.
   *
   * @param length bytes of the request's body, a little more than the file's
   * @throws Refusal {@link Code#TOO_LARGE}, {@link Code#TOO_MANY_UPLOADS}, {@link
   *     Code#QUOTA_EXCEEDED} or {@link Code#DISK_FULL}
   */
  public Place admit(AccountId account, OptionalLong length) {
    enter();
    try {
      check(account, length);
      Place place = new Place(account, length);
      places.add(place);
      return place;
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Admits an upload in parts and stores its row. Refuses like {@link #admit}. */
  public void admit(Upload upload) {
    enter();
    try {
      check(upload.owner(), upload.length());
      table.insert(upload);
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Sets the length of an upload whose length was unknown. Refuses like {@link #admit}. */
  public void declare(Upload upload, long length) {
    enter();
    try {
      refuseTooLarge(OptionalLong.of(length));
      refuseAboveQuota(upload.owner(), length - upload.received());
      refuseWithoutRoom(length - upload.received());
      table.declare(upload.id(), length);
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Limits the wait when the database does not answer: clients are asked to retry. */
  private void enter() {
    try {
      if (oneAtATime.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new Outage("too many uploads wait for the database to let them in", null);
  }

  /** How many uploads and conversions of the account have not ended. */
  public int active(AccountId account) {
    return ledger.usage(account, clock.instant().minus(MONTH)).active() + open(account);
  }

  private int open(AccountId account) {
    long here = places.stream().filter(place -> place.account.equals(account)).count();
    return table.open(account).count() + (int) here;
  }

  private void check(AccountId account, OptionalLong length) {
    refuseTooLarge(length);
    int active = active(account);
    if (active >= limits.quota().active()) {
      throw new Refusal(
          Code.TOO_MANY_UPLOADS,
          active
              + " uploads and conversions have not ended yet; an account may have "
              + limits.quota().active(),
          PAUSE);
    }
    refuseAboveQuota(account, length.orElse(0));
    refuseWithoutRoom(length.orElse(0));
  }

  private void refuseTooLarge(OptionalLong length) {
    if (length.orElse(0) > limits.largestFile()) {
      throw tooLarge("this file has " + length.getAsLong());
    }
  }

  private Refusal tooLarge(String has) {
    return new Refusal(
        Code.TOO_LARGE, has + " bytes, and " + limits.largestFile() + " are accepted");
  }

  private void refuseAboveQuota(AccountId account, long more) {
    Ledger.Usage usage = ledger.usage(account, clock.instant().minus(MONTH));
    long held =
        usage.storedBytes()
            + table.open(account).bytes()
            + places.stream()
                .filter(place -> place.account.equals(account))
                .mapToLong(place -> place.length)
                .sum();
    if (more > limits.quota().storedBytes() - held) {
      throw new Refusal(
          Code.QUOTA_EXCEEDED,
          held
              + " bytes are kept for this account, which may have "
              + limits.quota().storedBytes()
              + "; this file needs "
              + more);
    }
    if (usage.converted().compareTo(limits.quota().audio()) >= 0) {
      throw new Refusal(
          Code.QUOTA_EXCEEDED,
          usage.converted().toMinutes()
              + " minutes were converted in the last 30 days; an account"
              + " may have "
              + limits.quota().audio().toMinutes());
    }
  }

  private void refuseWithoutRoom(long more) {
    long room = store.room();
    if (room == Long.MAX_VALUE) {
      return;
    }
    long promised =
        Math.max(0, table.remaining() - locks.received())
            + places.stream().mapToLong(Place::remaining).sum();
    long free = room - promised - limits.diskMargin();
    if (more > free) {
      throw new Refusal(
          Code.DISK_FULL,
          "the file needs " + more + " bytes, and " + Math.max(0, free) + " are left",
          PAUSE);
    }
  }
}

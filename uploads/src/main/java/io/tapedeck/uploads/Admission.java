package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an account uses, asked wherever bytes or work come from: by the file's size, the account's
 * quota, and the disk space that was not promised to others. When the length is known, the check
 * comes before the first byte; while bytes come, it is repeated. See {@link Promises} for what an
 * upload is promised.
 */
public final class Admission {
  /** The period over which the quota of audio counts. */
  public static final Duration MONTH = Duration.ofDays(30);

  private static final Duration PAUSE = Duration.ofSeconds(60);

  /** How long an upload waits for the admission of others. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Bytes between two checks while they come. */
  private static final long SLICE = Promises.FIRST;

  /** Time between two records that an upload in parts still gets bytes. */
  private static final Duration RECORD = Duration.ofSeconds(10);

  private final UploadLimits limits;
  private final Ledger ledger;
  private final BlobStore store;
  private final UploadTable table;
  private final Duration expiry;
  private final Clock clock;
  private final Set<Incoming> incoming = ConcurrentHashMap.newKeySet();
  private final ReentrantLock oneAtATime = new ReentrantLock();

  /**
   * @param expiry how long an upload in parts is kept after its last byte
   */
  public Admission(
      UploadLimits limits,
      Ledger ledger,
      BlobStore store,
      UploadTable table,
      Duration expiry,
      Clock clock) {
    this.limits = limits;
    this.ledger = ledger;
    this.store = store;
    this.table = table;
    this.expiry = expiry;
    this.clock = clock;
  }

  /**
   * The bytes that one request brings: a whole file, or a part of an upload. One thread counts
   * them. Closing ends what they were promised.
   */
  public final class Incoming implements AutoCloseable {
    private final AccountId account;
    private final OptionalLong length;
    private final Optional<Recorder> recorder;
    private volatile long received;
    private volatile long granted;
    private volatile long recorded;
    private Instant recordedAt = clock.instant();

    private Incoming(
        AccountId account, OptionalLong length, long before, Optional<Recorder> recorder) {
      this.account = account;
      this.length = length;
      this.recorder = recorder;
      this.received = before;
      this.granted = before;
      this.recorded = before;
    }

    /**
     * Counts received bytes.
     *
     * @throws Refusal {@link Code#TOO_LARGE}, {@link Code#QUOTA_EXCEEDED} or {@link Code#DISK_FULL}
     *     when the file, the account or the disk may not have more
     */
    public void received(int bytes) {
      long sum = received + bytes;
      if (sum > limits.largestFile()) {
        throw tooLarge("this file has more");
      }
      if (sum > granted) {
        granted = sum + grant(this, sum - granted) - (sum - granted);
      }
      received = sum;
      Instant now = clock.instant();
      if (recorder.isPresent() && !now.isBefore(recordedAt.plus(RECORD))) {
        recorder.get().record(sum, now.plus(expiry));
        recorded = sum;
        recordedAt = now;
      }
    }

    /** Bytes that count as the account's and are in no table. */
    private long beyondTable() {
      if (recorder.isEmpty()) {
        return length.orElse(granted);
      }
      return length.isPresent() ? 0 : Math.max(0, granted - recorded);
    }

    private boolean inTable() {
      return recorder.isPresent() && length.isPresent();
    }

    private long promised() {
      return length.isPresent()
          ? Promises.of(length.getAsLong(), received)
          : Math.max(0, granted - received);
    }

    @Override
    public void close() {
      incoming.remove(this);
    }
  }

  /** Writes down how far an upload in parts has come. */
  public interface Recorder {
    void record(long received, Instant expiresAt);
  }

  /**
   * Admits an upload in one request.
   *
   * @param length bytes of the request's body, a little more than the file's
   * @throws Refusal {@link Code#TOO_LARGE}, {@link Code#TOO_MANY_UPLOADS}, {@link
   *     Code#QUOTA_EXCEEDED} or {@link Code#DISK_FULL}
   */
  public Incoming admit(AccountId account, OptionalLong length) {
    enter();
    try {
      check(account, length);
      return begun(new Incoming(account, length, 0, Optional.empty()));
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

  /**
   * Begins a part of an admitted upload.
   *
   * @param at bytes that the upload has
   */
  public Incoming part(Upload upload, long at, Recorder recorder) {
    return begun(new Incoming(upload.owner(), upload.length(), at, Optional.of(recorder)));
  }

  private Incoming begun(Incoming begun) {
    incoming.add(begun);
    return begun;
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

  /**
   * Admits a conversion of bytes that are stored already.
   *
   * @throws Refusal {@link Code#TOO_MANY_UPLOADS} or {@link Code#QUOTA_EXCEEDED}
   */
  public void admitAgain(AccountId account) {
    refuseTooMany(account);
    refuseAboveQuota(account, 0);
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
    return table.open(account).count()
        + (int) sum(account, each -> each.recorder.isEmpty() ? 1 : 0);
  }

  private long sum(AccountId account, ToLongFunction<Incoming> value) {
    return incoming.stream().filter(each -> each.account.equals(account)).mapToLong(value).sum();
  }

  private void check(AccountId account, OptionalLong length) {
    refuseTooLarge(length);
    refuseTooMany(account);
    refuseAboveQuota(account, length.orElse(0));
    refuseWithoutRoom(length.orElse(0));
  }

  private Quota quota(AccountId account) {
    return table.quotas().quota(account, limits.quota());
  }

  private void refuseTooMany(AccountId account) {
    int active = active(account);
    int most = quota(account).active();
    if (active >= most) {
      throw new Refusal(
          Code.TOO_MANY_UPLOADS,
          active + " uploads and conversions have not ended yet; an account may have " + most,
          PAUSE);
    }
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

  /** Returns how many bytes the account may have beyond what it has and is promised. */
  private long refuseAboveQuota(AccountId account, long more) {
    Ledger.Usage usage = ledger.usage(account, clock.instant().minus(MONTH));
    long held =
        usage.storedBytes() + table.open(account).bytes() + sum(account, Incoming::beyondTable);
    Quota quota = quota(account);
    long left = quota.storedBytes() - held;
    if (more > left) {
      throw new Refusal(
          Code.QUOTA_EXCEEDED,
          held
              + " bytes are kept for this account, which may have "
              + quota.storedBytes()
              + "; this file needs "
              + more);
    }
    if (usage.converted().compareTo(quota.audio()) >= 0) {
      throw new Refusal(
          Code.QUOTA_EXCEEDED,
          usage.converted().toMinutes()
              + " minutes were converted in the last 30 days; an account"
              + " may have "
              + quota.audio().toMinutes());
    }
    return left;
  }

  /** Lets more bytes come; returns how many, at least those that are here already. */
  private long grant(Incoming to, long here) {
    if (to.length.isPresent()) {
      long rest = to.length.getAsLong() - to.received;
      long more = Math.max(here, Math.min(SLICE, rest));
      long room = usable();
      boolean promised = Promises.of(to.length.getAsLong(), to.received) >= more;
      return promised ? least(here, more, room) : least(here, more, room - promises(room, to));
    }
    enter();
    try {
      long room = usable();
      long left = Math.min(refuseAboveQuota(to.account, here), room - promises(room, to));
      return least(here, SLICE, left);
    } finally {
      oneAtATime.unlock();
    }
  }

  private static long least(long here, long more, long free) {
    if (here > free) {
      throw noRoom(here, free);
    }
    return Math.max(here, Math.min(more, free));
  }

  private void refuseWithoutRoom(long more) {
    long room = usable();
    long free = room == Long.MAX_VALUE ? room : room - promises(room, null);
    if (more > free) {
      throw noRoom(more, free);
    }
  }

  /** The room of the store without the margin; the largest number when the store does not know. */
  private long usable() {
    long room = store.room();
    return room == Long.MAX_VALUE ? room : room - limits.diskMargin();
  }

  /** What others than this one were promised, within the shares of the room for promises. */
  private long promises(long room, @Nullable Incoming without) {
    if (room == Long.MAX_VALUE) {
      return 0;
    }
    Promises all = table.promises(clock.instant().plus(expiry).minus(Promises.LIFE));
    for (Incoming each : incoming) {
      if (!each.inTable() && each != without) {
        all = all.and(each.promised(), each.received > 0 || each.length.isEmpty());
      }
    }
    if (without != null && without.inTable()) {
      all = all.without(Promises.of(without.length.orElseThrow(), without.recorded));
    }
    return all.within(room);
  }

  private static Refusal noRoom(long more, long free) {
    return new Refusal(
        Code.DISK_FULL,
        "the file needs " + more + " bytes, and " + Math.max(0, free) + " are left",
        PAUSE);
  }
}

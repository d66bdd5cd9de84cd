package io.tapedeck.sql;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Video;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in SQL, the same for SQLite and MySQL. A row moves by compare-and-move on its state
 * and attempt. So no lock is held between the read and the move, and any number of replicas may
 * try. Times are kept to the millisecond.
 */
public final class SqlLedger implements Ledger {
  private final Database database;
  private final Clock clock;
  private final Consumer<Kind> moved;
  private final LedgerQueries lists;
  private final Turns turns;

  /** Brings the ledger's tables up to date. The owner of the database closes it. */
  public SqlLedger(Database database, Clock clock) {
    this(database, clock, to -> {});
  }

  /**
   * As {@link #SqlLedger(Database, Clock)}.
   *
   * @param moved called after each move with the new state; not called for a renewal, which only
   *     reports progress
   */
  public SqlLedger(Database database, Clock clock, Consumer<Kind> moved) {
    this.moved = moved;
    this.database = database;
    this.clock = clock;
    this.lists = new LedgerQueries(database);
    this.turns = new Turns(database);
    database.migrate("ledger");
  }

  @Override
  public Conversion create(
      ConversionId id, AccountId owner, Video video, ConversionOptions options, Instant expiresAt) {
    long now = clock.millis();
    Map<String, Object> values = new HashMap<>();
    values.put("id", id.value());
    values.put("owner", owner.value());
    values.put("state", Kind.QUEUED.wire());
    values.put("now", now);
    values.put("rank", Turns.rank(now, video.size()));
    values.put("expires_at", expiresAt.toEpochMilli());
    values.put("video_name", video.name());
    values.put("video_search", Row.searched(video.name()));
    values.put("video_size", video.size());
    values.put("video_blob", video.blob().key());
    values.put("options", options.toText());
    return database.write(handle -> {
      if (database.inserted(() -> handle.createUpdate(Row.INSERT).bindMap(values).execute())) {
        turns.created(handle, owner, now);
      }
      return LedgerQueries.find(handle, id).orElseThrow().conversion();
    });
  }

  @Override
  public Optional<Conversion> find(ConversionId id) {
    return database.read(handle -> LedgerQueries.find(handle, id)).map(Row::conversion);
  }

  @Override
  public Move claim(ConversionId id, String worker, Duration lease) {
    return move(
        id,
        row ->
            Transition.to(
                    Kind.CONVERTING,
                    ", attempt = attempt + 1, worker = :worker, lease_until = :until, fraction = 0,"
                        + " speed = 0",
                    Map.of("worker", worker, "until", leaseEnd(row, lease)))
                .when(row.is(Kind.QUEUED)));
  }

  @Override
  public Optional<Conversion> claimNext(String worker, Duration lease, boolean newcomer) {
    List<ConversionId> next;
    do { // until a claim succeeds: others may take them meanwhile
      next = turns.next(newcomer, clock.instant());
      for (ConversionId id : next) {
        if (claim(id, worker, lease) instanceof Move.Done(Conversion claimed)) {
          return Optional.of(claimed);
        }
      }
    } while (!next.isEmpty());
    return Optional.empty();
  }

  @Override
  public int ahead(Conversion queued, int limit) {
    return turns.ahead(queued, limit, clock.instant());
  }

  @Override
  public Move renew(Lease lease, Duration extension, Progress progress) {
    return changed(
        lease.conversion(),
        row ->
            Transition.to(
                    Kind.CONVERTING,
                    ", lease_until = :until, fraction = :fraction, speed = :speed",
                    Map.of(
                        "until", leaseEnd(row, extension),
                        "fraction", progress.fraction(),
                        "speed", progress.speed()))
                .when(row.heldBy(lease)));
  }

  @Override
  public Move finish(Lease lease, Mp3 mp3) {
    return move(
        lease.conversion(),
        row -> {
          if (row.conversion().state() instanceof ConversionState.Ready ready
              && row.conversion().attempt() == lease.attempt()
              && ready.mp3().blob().equals(mp3.blob())) {
            return Transition.keep();
          }
          return Transition.to(
                  Kind.READY,
                  ", mp3_blob = :mp3_blob, mp3_size = :mp3_size, mp3_micros = :mp3_micros,"
                      + " mp3_sha256 = :mp3_sha256, mp3_crc32 = :mp3_crc32, mp3_copied = :mp3_copied,"
                      + " mp3_warnings = :mp3_warnings, ready_at = :now",
                  Row.values(mp3))
              .when(row.heldBy(lease));
        });
  }

  @Override
  public Move fail(Lease lease, Problem problem) {
    return move(
        lease.conversion(),
        row ->
            row.conversion().attempt() == lease.attempt()
                    && row.conversion().state().equals(new ConversionState.Failed(problem))
                ? Transition.keep()
                : failed(problem).when(row.heldBy(lease)));
  }

  @Override
  public Move handBack(Lease lease) {
    return handBack(lease, Duration.ZERO);
  }

  @Override
  public Move handBack(Lease lease, Duration again) {
    return move(
        lease.conversion(),
        row ->
            Transition.to(Kind.QUEUED, ", event_by = :event_by", Map.of("event_by", after(again)))
                .when(row.heldBy(lease)));
  }

  @Override
  public Move strike(Lease lease, int limit, Problem problem, Duration again) {
    return move(
        lease.conversion(),
        row -> {
          Transition.Change change =
              row.strikes() + 1 >= limit ? failed(problem) : Transition.to(Kind.QUEUED);
          Map<String, @Nullable Object> values = new HashMap<>(change.values());
          values.put("event_by", after(again));
          String set = change.set() + ", strikes = strikes + 1, event_by = :event_by";
          return Transition.to(change.to(), set, values).when(row.heldBy(lease));
        });
  }

  @Override
  public Move cancel(ConversionId id) {
    return move(
        id,
        row -> Transition.to(Kind.CANCELLED).when(row.is(Kind.QUEUED) || row.is(Kind.CONVERTING)));
  }

  @Override
  public Move retry(ConversionId id) {
    return move(
        id,
        row ->
            Transition.to(Kind.QUEUED, ", strikes = 0, event_by = 0", Map.of())
                .when(row.is(Kind.FAILED)));
  }

  @Override
  public Move expire(ConversionId id, boolean hidden) {
    return move(
        id,
        row ->
            Transition.to(Kind.EXPIRED, hidden ? ", hidden = 1" : "", Map.of())
                .when(!row.is(Kind.EXPIRED) || (hidden && !row.hidden())));
  }

  @Override
  public Move free(Lease stale, int limit) {
    return move(
        stale.conversion(),
        row -> {
          if (!row.heldBy(stale)
              || !(row.conversion().state() instanceof ConversionState.Converting converting)
              || !converting.lease().until().equals(stale.until())) {
            return Transition.refuse();
          }
          int strikes = row.strikes() + 1;
          Problem crashed =
              new Problem(
                  Code.CONVERTER_CRASHED,
                  "the converter disappeared " + strikes + " times while it worked on this file");
          Transition.Change change =
              strikes >= limit
                  ? failed(crashed)
                  : Transition.to(Kind.QUEUED, ", event_by = 0", Map.of());
          Map<String, @Nullable Object> values = new HashMap<>(change.values());
          values.put("stale", stale.until().toEpochMilli());
          // The guard detects a renewal that came between the read and this move.
          return new Transition.Change(
              change.to(),
              change.set() + ", strikes = strikes + 1",
              " AND lease_until = :stale",
              values);
        });
  }

  @Override
  public Move giveUp(ConversionId id, Problem problem) {
    return move(id, row -> failed(problem).when(row.is(Kind.QUEUED)));
  }

  private static Transition.Change failed(Problem problem) {
    return Transition.to(
        Kind.FAILED,
        ", problem_code = :code, problem_detail = :detail",
        Map.of("code", problem.code().wire(), "detail", problem.detail()));
  }

  private Move move(ConversionId id, Function<Row, Transition> wish) {
    Move move = changed(id, wish);
    if (move instanceof Move.Done(Conversion to)) {
      moved.accept(to.state().kind());
    }
    return move;
  }

  private Move changed(ConversionId id, Function<Row, Transition> wish) {
    return database.write(handle -> {
      while (true) {
        Optional<Row> row = LedgerQueries.find(handle, id);
        if (row.isEmpty()) {
          return new Move.Unknown();
        }
        Conversion now = row.get().conversion();
        switch (wish.apply(row.get())) {
          case Transition.Refuse r -> {
            return new Move.Refused(now);
          }
          case Transition.Keep k -> {
            return new Move.Done(now);
          }
          case Transition.Change change -> {
            long moment = moment(now, change.to());
            if (changed(handle, now, change, moment)) {
              turns.moved(handle, now, change.to(), moment);
              return new Move.Done(LedgerQueries.find(handle, id).orElseThrow().conversion());
            }
          }
        }
      }
    });
  }

  private static boolean changed(
      Handle handle, Conversion from, Transition.Change change, long moment) {
    return handle
            .createUpdate(
                // Never earlier than the last change, even when the clocks of machines differ:
                // clients use this time to tell which of two answers is newer.
                "UPDATE conversion SET state = :to, changed_at ="
                    + " CASE WHEN changed_at < :now THEN :now ELSE changed_at END"
                    + change.set()
                    + " WHERE id = :id AND state = :from AND attempt = :attempt"
                    + change.guard())
            .bind("to", change.to().wire())
            .bind("now", moment)
            .bind("id", from.id().value())
            .bind("from", from.state().kind().wire())
            .bind("attempt", from.attempt())
            .bindMap(change.values())
            .execute()
        == 1;
  }

  /**
   * The time of a change. It is never earlier than the last change, even when our clock is behind
   * another host's. A renewal is then 1 ms later than the last change, so that it is seen.
   */
  private long moment(Conversion from, Kind to) {
    long now = clock.millis();
    long last = from.changedAt().toEpochMilli();
    boolean renewal = to == Kind.CONVERTING && from.state().kind() == to;
    return now >= last ? now : renewal ? last + 1 : last;
  }

  private long leaseEnd(Row row, Duration lease) {
    return moment(row.conversion(), Kind.CONVERTING) + lease.toMillis();
  }

  private long after(Duration time) {
    return clock.instant().plus(time).toEpochMilli();
  }

  @Override
  public List<Conversion> list(AccountId owner, Page page) {
    return lists.list(owner, page);
  }

  @Override
  public List<Conversion> readyBy(
      AccountId owner, Instant moment, @Nullable String search, int limit) {
    return lists.readyBy(owner, moment, search, limit);
  }

  @Override
  public List<Conversion> changedSince(AccountId owner, Instant since, int limit) {
    return lists.changedSince(owner, since, limit);
  }

  @Override
  public Usage usage(AccountId owner, Instant since) {
    return lists.usage(owner, since);
  }

  @Override
  public List<Conversion> queuedBefore(Instant moment, int limit) {
    return lists.queuedBefore(moment, limit);
  }

  @Override
  public List<Conversion> changedBetween(Set<Kind> states, Place after, Instant before, int limit) {
    return lists.changedBetween(states, after, before, clock.instant(), limit);
  }

  @Override
  public List<Conversion> expiredBefore(Instant moment, int limit) {
    return lists.expiredBefore(moment, limit);
  }

  @Override
  public Set<ConversionId> alive(Set<ConversionId> ids) {
    return lists.alive(ids);
  }

  @Override
  public int forget(Instant moment, int limit) {
    return database.write(handle -> {
      List<String> ids =
          handle
              .createQuery(
                  "SELECT id FROM conversion WHERE state = 'expired' AND changed_at < ? ORDER"
                      + " BY changed_at LIMIT "
                      + limit)
              .bind(0, moment.toEpochMilli())
              .mapTo(String.class)
              .list();
      return ids.isEmpty()
          ? 0
          : handle
              .createUpdate("DELETE FROM conversion WHERE id IN (<ids>)")
              .bindList("ids", ids)
              .execute();
    });
  }

  @Override
  public boolean duty(String name, String worker, Duration lease) {
    return database.write(handle -> {
      Map<String, Object> values =
          Map.of("name", name, "worker", worker, "until", after(lease), "now", clock.millis());
      int kept =
          handle
              .createUpdate(
                  "UPDATE duty SET worker = :worker, held_until = :until WHERE name = :name AND"
                      + " (worker = :worker OR held_until <= :now)")
              .bindMap(values)
              .execute();
      return kept == 1
          || database.inserted(() ->
              handle
                  .createUpdate("INSERT INTO duty VALUES (:name, :worker, :until)")
                  .bindMap(values)
                  .execute());
    });
  }

  @Override
  public Health check() {
    return database.check();
  }

  /** Does nothing: the owner of the database closes it. */
  @Override
  public void close() {}
}

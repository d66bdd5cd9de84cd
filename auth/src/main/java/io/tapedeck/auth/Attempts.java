package io.tapedeck.auth;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.identity.Token;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.Dialect;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Limits attempts. An attempt is counted before it is made, for all its limits in one transaction.
 * So a hundred attempts at once count like a hundred in a row. After some free attempts, each
 * further one costs time, twice as long as the one before. The database keeps the counts, so that a
 * restart does not reset them.
 */
final class Attempts {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final Database database;
  private final Clock clock;

  Attempts(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What the time of an attempt means for the next one under the same limit. */
  enum Kind {
    /** The next attempt waits until the time of this one has passed. */
    ONE_BY_ONE,
    /** Each attempt waits for itself; many may wait at once, and none is refused. */
    EACH
  }

  /**
   * A limit on attempts.
   *
   * @param name of what is limited; stored as a hash, because the typed text must not be kept
   * @param free attempts before the first that costs time
   * @param longest the most time that an attempt costs
   * @param forgets after this time without an attempt, the count starts again
   */
  record Limit(String name, Kind kind, int free, Duration longest, Duration forgets) {
    Limit {
      name = Token.hash(name);
    }

    /** A limit whose attempts wait for each other. */
    static Limit oneByOne(String name, int free, Duration longest, Duration forgets) {
      return new Limit(name, Kind.ONE_BY_ONE, free, longest, forgets);
    }

    /** The pause after this many attempts. */
    Duration pause(int count) {
      int doublings = Math.clamp((long) count - free, -1, 30);
      if (doublings < 0) {
        return Duration.ZERO;
      }
      Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
      return pause.compareTo(longest) < 0 ? pause : longest;
    }
  }

  /**
   * One attempt that was counted.
   *
   * @param pause how long its caller has to wait before it is made
   * @param left free attempts under the first limit
   * @param next how long until the next attempt under the first limit costs no more time
   */
  record Counted(List<Limit> limits, Duration pause, int left, Duration next) {}

  private record Row(int count, long blockedUntil, long last, boolean stored) {}

  private sealed interface Outcome {
    record Taken(Counted counted) implements Outcome {}

    record TooEarly(Duration rest) implements Outcome {}
  }

  /**
   * Counts an attempt under all these limits. One that is refused only reads, so that a flood of
   * them does not make others wait for their turn to write.
   *
   * @param patience the longest wait that the caller accepts
   * @throws Refusal with this code and the time to wait, when the wait is longer; nothing is
   *     counted
   */
  Counted take(Code code, List<Limit> limits, Duration patience) {
    Optional<Outcome> refused = database.read(handle -> refused(handle, limits, patience));
    return switch (refused.orElseGet(
        () -> database.write(handle -> take(handle, limits, patience)))) {
      case Outcome.Taken(Counted counted) -> counted;
      case Outcome.TooEarly(Duration rest) ->
          throw new Refusal(code, "wait " + rest.toSeconds() + " s", rest);
    };
  }

  /** The time in milliseconds, for the audit log. */
  long now() {
    return clock.millis();
  }

  private Optional<Outcome> refused(Handle handle, List<Limit> limits, Duration patience) {
    long now = clock.millis();
    long wait =
        wait(limits, limits.stream().map(limit -> row(handle, limit, now, "")).toList(), now);
    return wait > patience.toMillis() ? Optional.of(tooEarly(wait)) : Optional.empty();
  }

  private static Outcome tooEarly(long wait) {
    return new Outcome.TooEarly(Duration.ofMillis(wait + 999));
  }

  /** Milliseconds until the next attempt may be made. */
  private static long wait(List<Limit> limits, List<Row> rows, long now) {
    long wait = 0;
    for (int i = 0; i < limits.size(); i++) {
      Limit limit = limits.get(i);
      Row row = rows.get(i);
      wait =
          Math.max(
              wait,
              limit.kind() == Kind.EACH
                  ? limit.pause(row.count()).toMillis()
                  : row.blockedUntil() - now);
    }
    return wait;
  }

  private Outcome take(Handle handle, List<Limit> limits, Duration patience) {
    long now = clock.millis();
    List<Row> rows = new ArrayList<>();
    for (Limit limit : limits) {
      rows.add(row(handle, limit, now, lock()));
    }
    long wait = wait(limits, rows, now);
    if (wait > patience.toMillis()) {
      return tooEarly(wait);
    }
    for (int i = 0; i < limits.size(); i++) {
      count(handle, limits.get(i), rows.get(i), now);
    }
    Limit first = limits.getFirst();
    int count = rows.getFirst().count() + 1;
    Duration pause = Duration.ofMillis(wait);
    return new Outcome.Taken(
        new Counted(limits, pause, Math.max(0, first.free() - count), first.pause(count)));
  }

  /** Resets the count of a limit, for example after the right password. */
  void forget(Limit limit) {
    database.write(handle -> handle.execute("DELETE FROM attempts WHERE name = ?", limit.name()));
  }

  /** Lets an attempt that proved harmless count no more; the time it costs stays. */
  void takeBack(Limit limit) {
    database.write(handle -> takeBack(handle, limit));
  }

  private static int takeBack(Handle handle, Limit limit) {
    return handle.execute(
        "UPDATE attempts SET count = count - 1 WHERE name = ? AND count > 0", limit.name());
  }

  /**
   * Notes that an attempt was no guess. Limits of the kind {@link Kind#ONE_BY_ONE} are reset; the
   * others count one less.
   */
  void succeeded(Counted counted) {
    database.write(handle -> {
      for (Limit limit : counted.limits()) {
        switch (limit.kind()) {
          case ONE_BY_ONE -> handle.execute("DELETE FROM attempts WHERE name = ?", limit.name());
          case EACH -> takeBack(handle, limit);
        }
      }
      return counted.limits().size();
    });
  }

  /** Ends a query so that others do not write its rows until the transaction ends. */
  private String lock() {
    return database.dialect() == Dialect.MYSQL ? " FOR UPDATE" : ""; // SQLite has one writer anyway
  }

  private static Row row(Handle handle, Limit limit, long now, String lock) {
    Optional<Row> found =
        handle
            .select(
                "SELECT count, blocked_until, last_at FROM attempts WHERE name = ?" + lock,
                limit.name())
            .map((rows, context) -> new Row(rows.getInt(1), rows.getLong(2), rows.getLong(3), true))
            .findOne();
    return found
        .map(row -> now - row.last() < limit.forgets().toMillis() ? row : new Row(0, 0, now, true))
        .orElseGet(() -> new Row(0, 0, now, false));
  }

  private void count(Handle handle, Limit limit, Row row, long now) {
    int count = row.count() + 1;
    long pause = limit.pause(count).toMillis();
    long until = limit.kind() == Kind.EACH ? 0 : Math.max(now, row.blockedUntil()) + pause;
    if (row.stored()) {
      handle.execute(
          "UPDATE attempts SET count = ?, blocked_until = ?, last_at = ? WHERE name = ?",
          count,
          until,
          now,
          limit.name());
    } else if (!database.inserted(
        () ->
            handle.execute(
                "INSERT INTO attempts (count, blocked_until, last_at, name) VALUES (?, ?, ?, ?)",
                count,
                until,
                now,
                limit.name()))) {
      count(
          handle, limit, row(handle, limit, now, lock()), now); // another was first: add to its row
    }
  }
}

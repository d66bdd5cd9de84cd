package io.tapedeck.auth;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Limits attempts. After some free attempts, each further attempt starts a pause that is twice as
 * long as the one before. The database keeps the counts, so that a restart does not reset them.
 */
final class Attempts {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final Database database;
  private final Clock clock;

  Attempts(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A limit on attempts.
   *
   * @param name of what is limited; stored as a hash, because the typed text must not be kept
   * @param free attempts before the first pause
   * @param longest the longest pause
   * @param forgets after this time without an attempt, the count starts again
   */
  record Limit(String name, int free, Duration longest, Duration forgets) {
    Limit {
      name = Token.hash(name);
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
   * Refuses during the pause of one of these limits.
   *
   * @throws Refusal with the given code and the time to wait
   */
  void check(Code code, List<Limit> limits) {
    Instant now = clock.instant();
    Optional<Instant> until =
        database.read(handle ->
            limits.stream()
                .flatMap(limit -> blockedUntil(handle, limit).stream())
                .max(Instant::compareTo));
    if (until.isPresent() && now.isBefore(until.get())) {
      Duration rest = Duration.between(now, until.get()).plusMillis(999);
      throw new Refusal(code, "wait " + rest.toSeconds() + " s", rest);
    }
  }

  /** Counts one attempt for each of these limits. */
  void count(List<Limit> limits) {
    long now = clock.millis();
    database.write(handle -> {
      limits.forEach(limit -> count(handle, limit, now));
      return limits.size();
    });
  }

  /** Resets the count of a limit, for example after the right password. */
  void forget(Limit limit) {
    database.write(handle -> handle.execute("DELETE FROM attempts WHERE name = ?", limit.name()));
  }

  private static Optional<Instant> blockedUntil(Handle handle, Limit limit) {
    return handle
        .select("SELECT blocked_until FROM attempts WHERE name = ?", limit.name())
        .mapTo(Long.class)
        .findOne()
        .map(Instant::ofEpochMilli);
  }

  private void count(Handle handle, Limit limit, long now) {
    record Row(int count, long last) {}
    Optional<Row> row =
        handle
            .select("SELECT count, last_at FROM attempts WHERE name = ?", limit.name())
            .map((rows, context) -> new Row(rows.getInt(1), rows.getLong(2)))
            .findOne();
    int count =
        row.filter(known -> now - known.last() < limit.forgets().toMillis())
                .map(Row::count)
                .orElse(0)
            + 1;
    long until = now + limit.pause(count).toMillis();
    if (row.isPresent()) {
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
      count(handle, limit, now); // another replica was first: add to its row
    }
  }
}

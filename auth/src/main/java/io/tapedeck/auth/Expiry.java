package io.tapedeck.auth;

import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what is over, at most once an hour, by the way of those who sign in. */
final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final Duration BETWEEN = Duration.ofHours(1);
  private static final Duration ATTEMPTS = Duration.ofDays(1);

  private final Database database;
  private final Clock clock;
  private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);

  Expiry(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Deletes what is over, unless that was done less than an hour ago; nobody's sign-in fails by it.
   */
  void ifDue() {
    long now = clock.millis();
    long before = last.get();
    boolean due = before == Long.MIN_VALUE || now - before >= BETWEEN.toMillis();
    if (due && last.compareAndSet(before, now)) {
      try {
        run(now);
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).log("what is over could not be deleted; tried again in an hour");
      }
    }
  }

  private void run(long now) {
    database.write(handle -> {
      handle.execute(
          "DELETE FROM refresh_tokens WHERE session IN"
              + " (SELECT id FROM sessions WHERE expires_at <= ?)",
          now);
      handle.execute("DELETE FROM sessions WHERE expires_at <= ?", now);
      handle.execute("DELETE FROM password_resets WHERE expires_at <= ?", now);
      handle.execute("DELETE FROM invites WHERE expires_at <= ?", now);
      return handle.execute("DELETE FROM attempts WHERE last_at <= ?", now - ATTEMPTS.toMillis());
    });
  }
}

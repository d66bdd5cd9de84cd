package io.tapedeck.auth;

import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;

/** Deletes expired rows. */
record Expiry(Database database, Clock clock) {
  private static final Duration ATTEMPTS = Duration.ofDays(1);

  void run() {
    long now = clock.millis();
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

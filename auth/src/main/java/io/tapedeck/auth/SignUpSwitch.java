package io.tapedeck.auth;

import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.util.Optional;

/**
 * Who may sign up now: what an administrator has set, else the setting. The database keeps it, so
 * that it holds for all processes at once and after a restart.
 */
public final class SignUpSwitch {
  private static final String NAME = "sign-up";

  private final Database database;
  private final SignUp byDefault;
  private final Clock clock;

  /**
   * @param byDefault the setting
   */
  public SignUpSwitch(Database database, SignUp byDefault, Clock clock) {
    this.database = database;
    this.byDefault = byDefault;
    this.clock = clock;
  }

  public SignUp now() {
    return database
        .read(handle ->
            handle
                .select("SELECT value FROM server_switches WHERE name = ?", NAME)
                .mapTo(String.class)
                .findOne())
        .map(SignUp::valueOf)
        .orElse(byDefault);
  }

  /** The setting that holds while no administrator has set anything else. */
  public SignUp byDefault() {
    return byDefault;
  }

  /** Sets who may sign up; if empty, the setting holds again. */
  public void set(Optional<SignUp> mode) {
    database.write(handle -> {
      handle.execute("DELETE FROM server_switches WHERE name = ?", NAME);
      return mode.map(value ->
              handle.execute(
                  "INSERT INTO server_switches (name, value, changed_at) VALUES (?, ?, ?)",
                  NAME,
                  value.name(),
                  clock.millis()))
          .orElse(0);
    });
  }
}

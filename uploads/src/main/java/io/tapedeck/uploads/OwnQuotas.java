package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits that an administrator has set for single accounts, in the database. */
public final class OwnQuotas {
  private final Database database;

  /** Brings the tables of this module up to date. */
  public OwnQuotas(Database database) {
    UploadTable.migrate(database);
    this.database = database;
  }

  /**
   * The limits of one account. What is null is as for everybody.
   *
   * @param storedBytes as {@link Quota#storedBytes()}
   * @param audioSeconds as {@link Quota#audio()}, in seconds
   * @param active as {@link Quota#active()}
   */
  public record Own(
      @Nullable Long storedBytes, @Nullable Long audioSeconds, @Nullable Integer active) {
    public static final Own NONE = new Own(null, null, null);

    /**
     * @throws Refusal {@link Code#INVALID_OPTION} for a limit that is less than 1, or more than 100
     *     years of audio
     */
    public Own {
      long most = Quota.NO_AUDIO_LIMIT.toSeconds();
      boolean wrong =
          (storedBytes != null && storedBytes < 1)
              || (active != null && active < 1)
              || (audioSeconds != null && (audioSeconds < 1 || audioSeconds > most));
      if (wrong) {
        throw new Refusal(
            Code.INVALID_OPTION,
            "a limit is at least 1, and audio at most "
                + most
                + " seconds; leave out what is as for everybody");
      }
    }

    Quota over(Quota others) {
      return new Quota(
          storedBytes == null ? others.storedBytes() : storedBytes,
          audioSeconds == null ? others.audio() : Duration.ofSeconds(audioSeconds),
          active == null ? others.active() : active,
          others.streams(),
          others.createsPerMinute());
    }
  }

  /** What was set for an account. */
  public Own of(AccountId account) {
    return find(account).orElse(Own.NONE);
  }

  /** The limits that hold for an account. */
  public Quota quota(AccountId account, Quota others) {
    return find(account).map(own -> own.over(others)).orElse(others);
  }

  /** Sets all limits of an account. */
  public void set(AccountId account, Own own) {
    database.write(handle -> {
      handle.execute("DELETE FROM account_quota WHERE account = ?", account.value());
      return own.equals(Own.NONE)
          ? 0
          : handle.execute(
              "INSERT INTO account_quota (account, stored_bytes, audio_seconds, active)"
                  + " VALUES (?, ?, ?, ?)",
              account.value(),
              own.storedBytes(),
              own.audioSeconds(),
              own.active());
    });
  }

  private Optional<Own> find(AccountId account) {
    return database.read(handle ->
        handle
            .select(
                "SELECT stored_bytes, audio_seconds, active FROM account_quota WHERE account = ?",
                account.value())
            .map((row, context) -> read(row))
            .findOne());
  }

  private static Own read(ResultSet row) throws SQLException {
    Long active = number(row, 3);
    return new Own(number(row, 1), number(row, 2), active == null ? null : active.intValue());
  }

  private static @Nullable Long number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}

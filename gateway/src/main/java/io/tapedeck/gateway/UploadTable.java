package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The uploads that come in parts, open and lately finished. Times are epoch milliseconds. */
final class UploadTable {
  private final Database database;
  private final Clock clock;

  UploadTable(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * What the open uploads of an account hold.
   *
   * @param bytes as they will be when whole
   */
  record Open(int count, long bytes) {}

  void insert(Upload upload) {
    database.write(handle ->
        handle
            .createUpdate(
                "INSERT INTO upload (id, account, length, received, name, options, metadata,"
                    + " checked_from, expires_at, finished_at, cleared) VALUES (:id, :account, :length, 0,"
                    + " :name, :options, :metadata, NULL, :expires, NULL, 0)")
            .bind("id", upload.id().toString())
            .bind("account", upload.owner().value())
            .bind("length", boxed(upload.length()))
            .bind("name", upload.name())
            .bind("options", upload.options().toText())
            .bind("metadata", upload.metadata())
            .bind("expires", upload.expiresAt().toEpochMilli())
            .execute());
  }

  Optional<Upload> find(UploadId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM upload WHERE id = :id")
            .bind("id", id.toString())
            .map((row, context) -> upload(row))
            .findOne());
  }

  void declare(UploadId id, long length) {
    update("UPDATE upload SET length = :value WHERE id = :id AND length IS NULL", id, length);
  }

  /** A part with a checksum begins. */
  void check(UploadId id, long from) {
    update("UPDATE upload SET checked_from = :value WHERE id = :id", id, from);
  }

  /** A part has ended: what is kept now, all of it known to be right. */
  void receive(UploadId id, long received, Instant expiresAt) {
    database.write(handle ->
        handle
            .createUpdate(
                "UPDATE upload SET received = :received, checked_from = NULL, expires_at = :expires"
                    + " WHERE id = :id AND finished_at IS NULL")
            .bind("received", received)
            .bind("expires", expiresAt.toEpochMilli())
            .bind("id", id.toString())
            .execute());
  }

  void finish(UploadId id) {
    update("UPDATE upload SET finished_at = :value WHERE id = :id", id, clock.millis());
  }

  /** The bytes of an expired upload are gone; the row stays to say so for a while. */
  void clear(UploadId id) {
    update("UPDATE upload SET cleared = :value WHERE id = :id", id, 1);
  }

  void delete(UploadId id) {
    database.write(handle -> handle.execute("DELETE FROM upload WHERE id = ?", id.toString()));
  }

  Open open(AccountId account) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*), COALESCE(SUM(COALESCE(length, received)), 0) FROM upload WHERE"
                    + " account = :account AND finished_at IS NULL AND expires_at > :now")
            .bind("account", account.value())
            .bind("now", clock.millis())
            .map((row, context) -> new Open(row.getInt(1), row.getLong(2)))
            .one());
  }

  /** Bytes that everybody's open uploads still may bring. */
  long remaining() {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COALESCE(SUM(length - received), 0) FROM upload WHERE"
                    + " finished_at IS NULL AND expires_at > :now AND length IS NOT NULL")
            .bind("now", clock.millis())
            .mapTo(Long.class)
            .one());
  }

  /** Open ones that got all their bytes, for somebody to finish them. */
  List<Upload> whole(int limit) {
    return select("received = length AND expires_at > :moment", Instant.EPOCH, limit);
  }

  /** Open ones whose time is over. */
  List<Upload> expired(int limit) {
    return select("cleared = 0 AND expires_at <= :moment", clock.instant(), limit);
  }

  /** Forgets all whose time ended before the moment. */
  int forget(Instant moment) {
    return database.write(
        handle -> handle.execute("DELETE FROM upload WHERE expires_at < ?", moment.toEpochMilli()));
  }

  private List<Upload> select(String which, Instant moment, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT * FROM upload WHERE finished_at IS NULL AND "
                    + which
                    + " ORDER BY expires_at LIMIT :limit")
            .bind("moment", moment.toEpochMilli())
            .bind("limit", limit)
            .map((row, context) -> upload(row))
            .list());
  }

  private void update(String sql, UploadId id, long value) {
    database.write(handle ->
        handle.createUpdate(sql).bind("value", value).bind("id", id.toString()).execute());
  }

  private static Upload upload(ResultSet row) throws SQLException {
    return new Upload(
        UploadId.of(row.getString("id")),
        new AccountId(row.getString("account")),
        number(row, "length"),
        row.getLong("received"),
        row.getString("name"),
        ConversionOptions.ofText(row.getString("options")),
        row.getString("metadata"),
        number(row, "checked_from"),
        Instant.ofEpochMilli(row.getLong("expires_at")),
        row.getObject("finished_at") != null);
  }

  private static OptionalLong number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}

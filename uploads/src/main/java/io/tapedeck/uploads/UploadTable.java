package io.tapedeck.uploads;

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

/** The uploads in parts, open and recently finished. Times are epoch milliseconds. */
public final class UploadTable {
  /** These queries run each minute or before each upload. Each of them walks one index. */
  static final String PROMISED =
      "SELECT COALESCE(SUM(CASE WHEN received = 0 THEN bytes ELSE 0 END), 0),"
          + " COALESCE(SUM(CASE WHEN received > 0 AND expires_at > :lately THEN bytes ELSE 0 END), 0)"
          + " FROM (SELECT received, expires_at, CASE"
          + " WHEN length - received <= :first THEN length - received"
          + " WHEN :factor * received <= :first THEN :first"
          + " WHEN length - received <= :factor * received THEN length - received"
          + " ELSE :factor * received END AS bytes"
          + " FROM upload WHERE finished_at IS NULL AND expires_at > :moment AND length IS NOT NULL)"
          + " AS promises";

  static final String WHOLE =
      "SELECT * FROM upload WHERE finished_at IS NULL AND expires_at > :moment"
          + " AND received = length ORDER BY expires_at LIMIT 200";

  static final String EXPIRED =
      "SELECT * FROM upload WHERE finished_at IS NULL AND cleared = 0 AND expires_at <= :moment"
          + " ORDER BY expires_at LIMIT 200";

  static final String ANY_TO_FORGET = "SELECT 1 FROM upload WHERE expires_at < :moment LIMIT 1";

  private final Database database;
  private final Clock clock;
  private final OwnQuotas quotas;

  /** Brings the tables of this module up to date. Their history began in the module gateway. */
  public static void migrate(Database database) {
    database.migrate("uploads", "gateway");
  }

  public UploadTable(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    quotas = new OwnQuotas(database);
  }

  /** The limits of single accounts. */
  public OwnQuotas quotas() {
    return quotas;
  }

  /**
   * What the open uploads of an account hold.
   *
   * @param bytes of the complete files; received bytes where the length is unknown
   */
  public record Open(int count, long bytes) {}

  public void insert(Upload upload) {
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

  public Optional<Upload> find(UploadId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM upload WHERE id = :id")
            .bind("id", id.toString())
            .map((row, context) -> upload(row))
            .findOne());
  }

  public void declare(UploadId id, long length) {
    update("UPDATE upload SET length = :value WHERE id = :id AND length IS NULL", id, length);
  }

  /**
   * Begins a part with a checksum. Bytes after this offset do not count until the checksum matches.
   *
   * @param by a name that only this part has
   */
  public void check(UploadId id, long from, String by) {
    database.write(handle ->
        handle.execute(
            "UPDATE upload SET checked_from = ?, checked_by = ? WHERE id = ?",
            from,
            by,
            id.toString()));
  }

  /** Begins a part without a checksum. The caller has removed bytes that did not count. */
  public void uncheck(UploadId id) {
    database.write(handle ->
        handle.execute(
            "UPDATE upload SET checked_from = NULL, checked_by = NULL"
                + " WHERE id = ? AND checked_from IS NOT NULL",
            id.toString()));
  }

  /** Records that this part's checksum matched. A mark that another part has set stays. */
  public void met(UploadId id, String by) {
    database.write(handle ->
        handle.execute(
            "UPDATE upload SET checked_from = NULL, checked_by = NULL WHERE id = ? AND checked_by = ?",
            id.toString(),
            by));
  }

  /** Records how many bytes are kept after a part has ended, completely or not. */
  public void receive(UploadId id, long received, Instant expiresAt) {
    database.write(handle ->
        handle.execute(
            "UPDATE upload SET received = ?, expires_at = ? WHERE id = ? AND finished_at IS NULL",
            received,
            expiresAt.toEpochMilli(),
            id.toString()));
  }

  public void finish(UploadId id) {
    update("UPDATE upload SET finished_at = :value WHERE id = :id", id, clock.millis());
  }

  /** Marks the bytes of an expired upload as deleted. The row stays for a while as a record. */
  public void clear(UploadId id) {
    update("UPDATE upload SET cleared = :value WHERE id = :id", id, 1);
  }

  public void delete(UploadId id) {
    database.write(handle -> handle.execute("DELETE FROM upload WHERE id = ?", id.toString()));
  }

  public Open open(AccountId account) {
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

  /** All uploads of an account, finished or not. */
  List<Upload> of(AccountId account) {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM upload WHERE account = :account")
            .bind("account", account.value())
            .map((row, context) -> upload(row))
            .list());
  }

  /**
   * What the open uploads are promised, by {@link Promises#of}.
   *
   * @param lately the end of an upload that got its last byte just long enough ago
   */
  public Promises promises(Instant lately) {
    return database.read(handle ->
        handle
            .createQuery(PROMISED)
            .bind("moment", clock.millis())
            .bind("lately", lately.toEpochMilli())
            .bind("first", Promises.FIRST)
            .bind("factor", Promises.FACTOR)
            .map((row, context) -> new Promises(row.getLong(1), row.getLong(2)))
            .one());
  }

  /** Open uploads that have all their bytes and must be finished; 200 at most. */
  List<Upload> whole() {
    return select(WHOLE, Instant.EPOCH);
  }

  /** Expired uploads whose bytes are not deleted yet; 200 at most. */
  List<Upload> expired() {
    return select(EXPIRED, clock.instant());
  }

  /** Deletes all rows that expired before the moment. Writes only when there are any. */
  public void forget(Instant moment) {
    long before = moment.toEpochMilli();
    boolean any =
        database.read(handle ->
            handle
                .createQuery(ANY_TO_FORGET)
                .bind("moment", before)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    if (any) {
      database.write(handle -> handle.execute("DELETE FROM upload WHERE expires_at < ?", before));
    }
  }

  private List<Upload> select(String question, Instant moment) {
    return database.read(handle ->
        handle
            .createQuery(question)
            .bind("moment", moment.toEpochMilli())
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

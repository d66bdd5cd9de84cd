package io.tapedeck.local;

import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Reason;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** The dead rows of the bus' table. The bus' consumers look for due events at least each second. */
public final class TableDeadLetters implements DeadLetters {
  private final Database database;
  private final Clock clock;

  /** The dead letters of the bus in this database; a bus must have opened it before. */
  public TableDeadLetters(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Marks a row as dead, and deletes the dead rows that are too old or too many. */
  void bury(long id, int deliveries, String reason) {
    database.write(handle -> {
      handle.execute(
          "UPDATE events SET dead = 1, deliveries = ?, died_at = ?, reason = ? WHERE id = ?",
          deliveries,
          clock.millis(),
          Reason.line(reason),
          id);
      return clearUp(handle);
    });
  }

  @Override
  public List<DeadLetter> list() {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM events WHERE dead = 1 ORDER BY died_at, id")
            .map((row, context) ->
                new DeadLetter(
                    row.getString("id"),
                    EventBus.Queue.valueOf(row.getString("queue")),
                    wire(row.getString("type")),
                    row.getString("conversion"),
                    Instant.ofEpochMilli(row.getLong("died_at")),
                    row.getInt("deliveries"),
                    Objects.requireNonNullElse(row.getString("reason"), "not noted")))
            .list());
  }

  /** The type's public name, such as mp3-ready for Mp3Ready; the table holds the Java name. */
  private static String wire(String type) {
    return type.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /**
   * Deletes the dead letter if its conversion has a live event of the type, which does the work.
   */
  @Override
  public boolean retry(String id) {
    return database.write(handle ->
        handle.execute(
                    "UPDATE OR IGNORE events SET dead = 0, deliveries = 0, available_at = ?,"
                        + " died_at = NULL, reason = NULL WHERE id = ? AND dead = 1",
                    clock.millis(),
                    id)
                + delete(handle, id)
            > 0);
  }

  @Override
  public boolean drop(String id) {
    return database.write(handle -> delete(handle, id)) > 0;
  }

  private static int delete(Handle handle, String id) {
    return handle.execute("DELETE FROM events WHERE id = ? AND dead = 1", id);
  }

  @Override
  public int dropAll() {
    return database.write(handle -> handle.execute("DELETE FROM events WHERE dead = 1"));
  }

  @Override
  public void clearUp() {
    database.write(this::clearUp);
  }

  private int clearUp(Handle handle) {
    int old =
        handle.execute(
            "DELETE FROM events WHERE dead = 1 AND died_at < ?",
            clock.instant().minus(KEPT).toEpochMilli());
    int more = 0;
    for (EventBus.Queue queue : EventBus.Queue.values()) {
      more +=
          handle.execute(
              "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE dead = 1 AND queue = ?"
                  + " ORDER BY died_at DESC, id DESC LIMIT -1 OFFSET ?)",
              queue.name(),
              MOST);
    }
    return old + more;
  }
}

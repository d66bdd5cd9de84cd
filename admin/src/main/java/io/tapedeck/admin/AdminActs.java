package io.tapedeck.admin;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Token;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What administrators did, in the database: who, what, to whom and when. Each act is also a line of
 * the audit log. An entry has ids only, no e-mail.
 */
public final class AdminActs {
  /** Older acts are forgotten. */
  static final Duration KEPT = Duration.ofDays(365);

  private final Database database;
  private final Clock clock;

  /** Brings the table up to date. */
  public AdminActs(Database database, Clock clock) {
    database.migrate("admin");
    this.database = database;
    this.clock = clock;
  }

  /**
   * Who acts, and from where.
   *
   * @param account the administrator; null for the command line
   * @param address of the client, or {@link Audit#COMMAND_LINE}
   */
  public record Actor(@Nullable AccountId account, String address) {
    public static final Actor COMMAND_LINE = new Actor(null, Audit.COMMAND_LINE);
  }

  /**
   * One act.
   *
   * @param id sorts acts by their time
   * @param act as {@link Audit.Event} has it on the wire
   * @param about what it was done to: the id of an account, a conversion, an invitation or a dead
   *     letter; empty for the server itself
   * @param detail such as the new role; empty when there is no more to say
   */
  public record Entry(
      String id,
      Instant at,
      Optional<String> actor,
      String address,
      String act,
      String about,
      String detail) {}

  /** Writes an act down, here and in the audit log. Called after it was done. */
  public void add(Actor actor, Audit.Event act, String about, String detail) {
    Instant now = clock.instant();
    String id = "%013d_%s".formatted(now.toEpochMilli(), Token.id(""));
    database.write(handle -> {
      handle.execute("DELETE FROM admin_acts WHERE at < ?", now.minus(KEPT).toEpochMilli());
      return handle.execute(
          "INSERT INTO admin_acts (id, at, actor, address, act, about, detail)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?)",
          id,
          now.toEpochMilli(),
          actor.account() == null ? null : actor.account().value(),
          actor.address(),
          act.wire(),
          about,
          detail);
    });
    Audit.act(act, Optional.ofNullable(actor.account()), actor.address(), about, detail);
  }

  /**
   * A page of acts, newest first.
   *
   * @param before the id of the last act on the page before
   */
  public List<Entry> list(Optional<String> before, int limit) {
    String from = before.map(AdminActs::checked).orElse("a");
    return database.read(handle ->
        handle
            .select(
                "SELECT id, at, actor, address, act, about, detail FROM admin_acts"
                    + " WHERE id < ? ORDER BY id DESC LIMIT "
                    + limit,
                from)
            .map((row, context) ->
                new Entry(
                    row.getString(1),
                    Instant.ofEpochMilli(row.getLong(2)),
                    Optional.ofNullable(row.getString(3)),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7)))
            .list());
  }

  private static String checked(String id) {
    if (!id.matches("\\d{13}_[A-Za-z0-9_-]{22}")) {
      throw new Refusal(Code.BAD_REQUEST, "cursor is none of ours: " + Text.shown(id));
    }
    return id;
  }
}

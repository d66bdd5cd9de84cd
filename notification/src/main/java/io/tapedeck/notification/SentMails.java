package io.tapedeck.notification;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * Records which e-mails were sent, and which are being sent by whom. A sender claims an e-mail
 * before it sends it, so only one sends when several receive the same event. When the holder of a
 * claim dies, another sender takes the claim over.
 */
public final class SentMails {
  private static final String ONE =
      " WHERE conversion = :conversion AND attempt = :attempt AND kind = :kind";

  /** E-mails to one account that are sent at once within a {@link #WINDOW}. */
  static final int AT_ONCE = 3;

  /** Results within this time after the first collected one come in one e-mail. */
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;
  private final Duration takeover;

  /**
   * Brings the tables up to date.
   *
   * @param takeover the age at which a claim counts as left by a dead process; longer than a mail
   *     server can take to answer
   */
  public SentMails(Database database, Clock clock, Duration takeover) {
    this.database = database;
    this.clock = clock;
    this.takeover = takeover;
    database.migrate("notification");
  }

  /** The result of a claim to send an e-mail. */
  sealed interface Claim {
    /**
     * The caller sends the e-mail.
     *
     * @param tries which claim of this e-mail it is, from 1; only the newest counts
     */
    record Won(int tries) implements Claim {}

    /** Another sender is sending it, or died while sending it. */
    record Busy() implements Claim {}

    /** It was sent, or refused for good. */
    record Settled() implements Claim {}

    /** Its account got several e-mails just now; it comes in one e-mail with others. */
    record Collected() implements Claim {}
  }

  Claim claim(MailKey key, AccountId owner) {
    long now = clock.millis();
    return database.write(handle -> {
      String state = isOneOfMany(handle, key, owner, now) ? "collected" : "claimed";
      boolean first =
          database.inserted(() ->
              bound(
                      handle,
                      key,
                      "INSERT INTO sent_mails (conversion, attempt, kind, state, tries,"
                          + " changed_at, owner) VALUES (:conversion, :attempt, :kind, :state,"
                          + " 1, :now, :owner)")
                  .bind("state", state)
                  .bind("now", now)
                  .bind("owner", owner.value())
                  .execute());
      if (!first) {
        return again(handle, key, owner, state, now);
      }
      return state.equals("claimed") ? new Claim.Won(1) : new Claim.Collected();
    });
  }

  private static boolean isOneOfMany(Handle handle, MailKey key, AccountId owner, long now) {
    return handle
            .createQuery(
                "SELECT COUNT(*) FROM sent_mails WHERE owner = :owner AND conversion <> :conversion"
                    + " AND (state = 'collected' OR (state IN ('sent', 'claimed') AND changed_at >"
                    + " :since))")
            .bind("owner", owner.value())
            .bind("conversion", key.conversion().value())
            .bind("since", now - WINDOW.toMillis())
            .mapTo(Integer.class)
            .one()
        >= AT_ONCE;
  }

  /** Accounts whose collected results are due for an e-mail. */
  List<AccountId> dueDigests(int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT owner FROM sent_mails WHERE state = 'collected' AND changed_at <= :due"
                    + " GROUP BY owner ORDER BY MIN(changed_at) LIMIT :limit")
            .bind("due", clock.millis() - WINDOW.toMillis())
            .bind("limit", limit)
            .map((row, context) -> new AccountId(row.getString(1)))
            .list());
  }

  /** Claims collected results of an account, the oldest first. */
  List<MailKey> claimCollected(AccountId owner, int limit) {
    return database.write(handle ->
        handle
            .createQuery(
                "SELECT conversion, attempt, kind FROM sent_mails WHERE owner = :owner AND state ="
                    + " 'collected' ORDER BY changed_at, conversion LIMIT :limit")
            .bind("owner", owner.value())
            .bind("limit", limit)
            .map((row, context) -> key(row))
            .list()
            .stream()
            .filter(key -> move(handle, key, "collected", "claimed") == 1)
            .toList());
  }

  /** Puts back what could not be sent now; it is due again after a {@link #WINDOW}. */
  void collectAgain(List<MailKey> keys) {
    database.write(
        handle -> keys.stream().mapToInt(key -> move(handle, key, "claimed", "collected")).sum());
  }

  private int move(Handle handle, MailKey key, String from, String to) {
    return bound(
            handle,
            key,
            "UPDATE sent_mails SET state = :to, changed_at = :now" + ONE + " AND state = :from")
        .bind("to", to)
        .bind("from", from)
        .bind("now", clock.millis())
        .execute();
  }

  private static MailKey key(ResultSet row) throws SQLException {
    return new MailKey(
        new ConversionId(row.getString("conversion")),
        row.getInt("attempt"),
        MailKey.Kind.of(row.getString("kind")));
  }

  /**
   * Whether the e-mail is sent or refused for good; one cheap query, for events that come twice.
   */
  boolean settled(MailKey key) {
    return database.read(handle ->
        handle
            .createQuery("SELECT state FROM sent_mails" + ONE)
            .bind("conversion", key.conversion().value())
            .bind("attempt", key.attempt())
            .bind("kind", key.kind().wire())
            .mapTo(String.class)
            .findOne()
            .filter(state -> state.equals("sent") || state.equals("refused"))
            .isPresent());
  }

  private Claim again(Handle handle, MailKey key, AccountId owner, String wanted, long now) {
    int taken =
        bound(
                handle,
                key,
                "UPDATE sent_mails SET state = :wanted, tries = tries + 1, changed_at = :now,"
                    + " owner = :owner"
                    + ONE
                    + " AND (state = 'waiting' OR (state = 'claimed' AND changed_at <= :stale))")
            .bind("wanted", wanted)
            .bind("owner", owner.value())
            .bind("now", now)
            .bind("stale", now - takeover.toMillis())
            .execute();
    return handle
        .createQuery("SELECT state, tries FROM sent_mails" + ONE)
        .bind("conversion", key.conversion().value())
        .bind("attempt", key.attempt())
        .bind("kind", key.kind().wire())
        .map((row, context) ->
            switch (row.getString("state")) {
              case "collected" -> new Claim.Collected();
              case "claimed" -> taken == 1 ? new Claim.Won(row.getInt("tries")) : new Claim.Busy();
              default -> new Claim.Settled();
            })
        .one();
  }

  /** After this time a claim may be taken over. */
  Duration takeover() {
    return takeover;
  }

  /** Records that the e-mail was sent, whoever holds the claim by now. */
  void sent(MailKey key) {
    database.write(handle ->
        bound(handle, key, "UPDATE sent_mails SET state = 'sent', changed_at = :now" + ONE)
            .bind("now", clock.millis())
            .execute());
  }

  /** Records that the e-mail is refused for good. */
  void refused(MailKey key, Claim.Won claim) {
    release(key, claim, "refused");
  }

  /** Records that this try failed; the next caller may claim the e-mail. */
  void waiting(MailKey key, Claim.Won claim) {
    release(key, claim, "waiting");
  }

  private void release(MailKey key, Claim.Won claim, String state) {
    database.write(handle ->
        bound(
                handle,
                key,
                "UPDATE sent_mails SET state = :state, changed_at = :now"
                    + ONE
                    + " AND state = 'claimed' AND tries = :tries")
            .bind("state", state)
            .bind("now", clock.millis())
            .bind("tries", claim.tries())
            .execute());
  }

  /**
   * Frees all claims at once. For one machine at its start, when no other process can be sending.
   *
   * @return how many e-mails a dead process left behind
   */
  public int releaseAll() {
    return database.write(handle ->
        handle.execute("UPDATE sent_mails SET state = 'waiting' WHERE state = 'claimed'"));
  }

  /**
   * E-mails that wait, or whose sender died, and that were not tried for this long; the longest
   * waiting first.
   */
  List<MailKey> unsent(Duration rest, int limit) {
    long now = clock.millis();
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT conversion, attempt, kind FROM sent_mails"
                    + " WHERE (state = 'waiting' AND changed_at <= :rested)"
                    + " OR (state = 'claimed' AND changed_at <= :stale)"
                    + " ORDER BY changed_at LIMIT :limit")
            .bind("rested", now - rest.toMillis())
            .bind("stale", now - takeover.toMillis())
            .bind("limit", limit)
            .map((row, context) -> key(row))
            .list());
  }

  /** Ends the wait of an e-mail whose subject no longer exists. */
  void drop(MailKey key) {
    database.write(handle ->
        bound(
                handle,
                key,
                "UPDATE sent_mails SET state = 'refused', changed_at = :now"
                    + ONE
                    + " AND state IN ('waiting', 'claimed')")
            .bind("now", clock.millis())
            .execute());
  }

  /** Forgets e-mails settled before the moment; so old a conversion has no new events. */
  int forget(Instant before) {
    return database.write(handle ->
        handle.execute(
            "DELETE FROM sent_mails WHERE state IN ('sent', 'refused')" + " AND changed_at < ?",
            before.toEpochMilli()));
  }

  private static Update bound(Handle handle, MailKey key, String sql) {
    return handle
        .createUpdate(sql)
        .bind("conversion", key.conversion().value())
        .bind("attempt", key.attempt())
        .bind("kind", key.kind().wire());
  }
}

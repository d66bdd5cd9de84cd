package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.Token;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Sessions. A session has a short-lived access token, which names the session, and a refresh token,
 * which works once and gives the next refresh token.
 *
 * <p>A refresh token that is used again was copied. Its session therefore ends for all holders of
 * its tokens. The only exception is for a lost answer: for {@link #GRACE} after its replacement,
 * and only while its successor is unused, the same token gives the same successor again. A thief
 * gains nothing: thief and owner then hold the same token, and its second use ends the session.
 */
final class Sessions {
  static final Duration GRACE = Duration.ofSeconds(10);

  /**
   * How long a replaced token is kept. Within this time, its reuse ends the session. After it, the
   * token is unknown. A session that is refreshed every quarter of an hour therefore has at most a
   * hundred tokens, at any age.
   */
  static final Duration REPLACED_KNOWN = Duration.ofDays(1);

  static final String REFRESH_PREFIX = "tdr_";

  /** The claim of an access token that names its session. */
  static final String SESSION_CLAIM = "sid";

  private final Database database;
  private final Jwt.Signer signer;
  private final AuthSettings settings;
  private final Clock clock;

  /** The result of a sign-in. */
  record Tokens(Secret access, Secret refresh) {}

  Sessions(Database database, Jwt.Signer signer, AuthSettings settings, Clock clock) {
    this.database = database;
    this.signer = signer;
    this.settings = settings;
    this.clock = clock;
  }

  /** Opens a session that can be refreshed. */
  Tokens open(Account account, Session.Client client) {
    String session = Token.id("ses_");
    Secret refresh = Token.fresh(REFRESH_PREFIX);
    database.write(handle -> {
      insert(handle, session, account.id(), client, settings.sessionLife());
      return insertToken(handle, refresh, session);
    });
    return new Tokens(access(account.id(), account.role(), session), refresh);
  }

  /** Opens a session that ends with its only access token, for HTTP Basic. */
  Secret openBriefly(Account account, Session.Client client) {
    String session = Token.id("ses_");
    database.write(handle -> insert(handle, session, account.id(), client, settings.accessLife()));
    return access(account.id(), account.role(), session);
  }

  /**
   * Replaces a refresh token with the next one.
   *
   * @throws Refusal {@link Code#UNAUTHENTICATED} when the token is not valid or no longer valid
   */
  Tokens refresh(Secret token, Session.Client client) {
    return switch (database.write(handle -> rotate(handle, token, client))) {
      case Outcome.Rotated(Held held, Secret next) ->
          new Tokens(access(held.account(), held.role(), held.session()), next);
      case Outcome.Raced() -> refresh(token, client);
      case Outcome.Unknown() ->
          throw new Refusal(Code.UNAUTHENTICATED, "the session has ended; sign in again");
      case Outcome.Reused(Held held) -> {
        // Somebody has a copy of the token.
        Audit.log(
            Audit.Event.REFRESH_TOKEN_REUSED,
            held.account(),
            client.address(),
            "session",
            held.session());
        throw new Refusal(
            Code.UNAUTHENTICATED, "this refresh token was used before; the session is ended");
      }
    };
  }

  /** The principal of a genuine token; empty when the session has ended. */
  Optional<Principal> principal(AccountId account, String session) {
    return database
        .read(handle ->
            handle
                .select(
                    "SELECT a.role FROM sessions s JOIN accounts a ON a.id = s.account"
                        + " WHERE s.id = ? AND s.account = ? AND s.expires_at > ?"
                        + " AND a.suspended_at IS NULL",
                    session,
                    account.value(),
                    clock.millis())
                .mapTo(String.class)
                .findOne())
        .map(role -> new Principal(account, Role.valueOf(role)));
  }

  /** The sessions of an account, last used first. */
  List<Session> of(AccountId account) {
    return database.read(handle ->
        handle
            .select(
                "SELECT id, client, address, created_at, used_at, expires_at FROM sessions"
                    + " WHERE account = ? AND expires_at > ? ORDER BY used_at DESC, id",
                account.value(),
                clock.millis())
            .map((row, context) ->
                new Session(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    Instant.ofEpochMilli(row.getLong(4)),
                    Instant.ofEpochMilli(row.getLong(5)),
                    Instant.ofEpochMilli(row.getLong(6))))
            .list());
  }

  /** Ends one session of this account. Returns false when the account has no such session. */
  boolean end(AccountId account, String session) {
    return database.write(handle -> {
      int ended =
          handle.execute(
              "DELETE FROM sessions WHERE id = ? AND account = ?", session, account.value());
      if (ended == 1) {
        handle.execute("DELETE FROM refresh_tokens WHERE session = ?", session);
      }
      return ended == 1;
    });
  }

  /** Ends all sessions of this account but one. */
  void endOthers(AccountId account, String keep) {
    database.write(handle -> deleteAll(handle, account, Optional.of(keep)));
  }

  static int deleteAll(Handle handle, AccountId account, Optional<String> keep) {
    String kept = keep.orElse("");
    handle.execute(
        "DELETE FROM refresh_tokens WHERE session IN"
            + " (SELECT id FROM sessions WHERE account = ? AND id <> ?)",
        account.value(),
        kept);
    return handle.execute(
        "DELETE FROM sessions WHERE account = ? AND id <> ?", account.value(), kept);
  }

  private Secret access(AccountId account, Role role, String session) {
    return signer.sign(
        account.value(),
        settings.accessLife(),
        Map.of("role", role.name().toLowerCase(java.util.Locale.ROOT), SESSION_CLAIM, session));
  }

  /** The session, the account and the successor's key of a refresh token. */
  private record Held(
      String session, AccountId account, Role role, Secret nextKey, Optional<Instant> replaced) {}

  private sealed interface Outcome {
    record Rotated(Held held, Secret next) implements Outcome {}

    /** Another request rotated the same token at the same time: read again. */
    record Raced() implements Outcome {}

    record Reused(Held held) implements Outcome {}

    record Unknown() implements Outcome {}
  }

  private Outcome rotate(Handle handle, Secret token, Session.Client client) {
    Optional<Held> found = held(handle, token);
    if (found.isEmpty()) {
      return new Outcome.Unknown();
    }
    Held held = found.get();
    Secret next = Token.after(token, held.nextKey(), REFRESH_PREFIX);
    if (held.replaced().isPresent()) {
      if (isLostAnswer(handle, held.replaced().get(), next)) {
        return new Outcome.Rotated(held, next);
      }
      handle.execute("DELETE FROM refresh_tokens WHERE session = ?", held.session());
      handle.execute("DELETE FROM sessions WHERE id = ?", held.session());
      return new Outcome.Reused(held);
    }
    long now = clock.millis();
    int replaced =
        handle.execute(
            "UPDATE refresh_tokens SET replaced_at = ? WHERE hash = ? AND replaced_at IS NULL",
            now,
            Token.hash(token));
    if (replaced == 0) {
      return new Outcome.Raced();
    }
    insertToken(handle, next, held.session());
    handle.execute(
        "DELETE FROM refresh_tokens WHERE session = ? AND replaced_at < ?",
        held.session(),
        now - REPLACED_KNOWN.toMillis());
    handle.execute(
        "UPDATE sessions SET used_at = ?, expires_at = ?, client = ?, address = ? WHERE id = ?",
        now,
        now + settings.sessionLife().toMillis(),
        client.name(),
        client.address(),
        held.session());
    seen(handle, held.account(), now);
    return new Outcome.Rotated(held, next);
  }

  private boolean isLostAnswer(Handle handle, Instant replaced, Secret next) {
    return clock.instant().isBefore(replaced.plus(GRACE))
        && handle
            .select(
                "SELECT 1 FROM refresh_tokens WHERE hash = ? AND replaced_at IS NULL",
                Token.hash(next))
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
  }

  private Optional<Held> held(Handle handle, Secret token) {
    return handle
        .select(
            "SELECT s.id, s.account, a.role, s.next_key, t.replaced_at FROM refresh_tokens t"
                + " JOIN sessions s ON s.id = t.session JOIN accounts a ON a.id = s.account"
                + " WHERE t.hash = ? AND s.expires_at > ? AND a.suspended_at IS NULL",
            Token.hash(token),
            clock.millis())
        .map((row, context) -> {
          long time = row.getLong(5);
          Optional<Instant> replaced =
              row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time));
          return new Held(
              row.getString(1),
              new AccountId(row.getString(2)),
              Role.valueOf(row.getString(3)),
              new Secret(row.getString(4)),
              replaced);
        })
        .findOne();
  }

  private int insert(
      Handle handle, String session, AccountId account, Session.Client client, Duration life) {
    long now = clock.millis();
    seen(handle, account, now);
    return handle.execute(
        "INSERT INTO sessions"
            + " (id, account, next_key, client, address, created_at, used_at, expires_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        session,
        account.value(),
        Token.fresh("").reveal(),
        client.name(),
        client.address(),
        now,
        now,
        now + life.toMillis());
  }

  private static void seen(Handle handle, AccountId account, long now) {
    handle.execute("UPDATE accounts SET seen_at = ? WHERE id = ?", now, account.value());
  }

  private static int insertToken(Handle handle, Secret token, String session) {
    return handle.execute(
        "INSERT INTO refresh_tokens (hash, session) VALUES (?, ?)", Token.hash(token), session);
  }
}

package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Token;
import io.tapedeck.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** API keys for programs. Each key gives access to its account until it is deleted. */
final class ApiKeys {
  static final String PREFIX = "tdk_";

  private static final int MOST = 100;
  private static final int NAME = 100;
  private static final int SHOWN = 8;

  /** The precision of the last use. A write for each request would have no benefit. */
  private static final Duration USE = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;

  /**
   * A key as its owner sees it.
   *
   * @param start its first characters
   */
  record ApiKey(
      String id, String name, String start, Instant createdAt, Optional<Instant> lastUsedAt) {}

  /** A new key and its secret. The secret is shown only once. */
  record Created(ApiKey key, Secret secret) {}

  ApiKeys(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  static boolean isApiKey(Secret token) {
    return token.reveal().startsWith(PREFIX);
  }

  /**
   * Creates a key.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} for the name, {@link Code#QUOTA_EXCEEDED} beyond 100
   */
  Created create(AccountId account, @Nullable String name) {
    String label = name == null ? "" : name.strip();
    if (label.isEmpty() || label.length() > NAME || label.matches("(?s).*\\p{Cc}.*")) {
      throw new Refusal(Code.BAD_REQUEST, "name must be a line of 1 to " + NAME + " characters");
    }
    Secret secret = Token.fresh(PREFIX);
    ApiKey key =
        new ApiKey(
            Token.id("key_"),
            label,
            secret.reveal().substring(0, SHOWN),
            Instant.ofEpochMilli(clock.millis()),
            Optional.empty());
    database.write(handle -> insert(handle, account, key, secret));
    return new Created(key, secret);
  }

  private static int insert(
      org.jdbi.v3.core.Handle handle, AccountId account, ApiKey key, Secret secret) {
    int count =
        handle
            .select("SELECT COUNT(*) FROM api_keys WHERE account = ?", account.value())
            .mapTo(Integer.class)
            .one();
    if (count >= MOST) {
      throw new Refusal(Code.QUOTA_EXCEEDED, "an account has at most " + MOST + " API keys");
    }
    return handle.execute(
        "INSERT INTO api_keys (id, account, name, hash, start, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        key.id(),
        account.value(),
        key.name(),
        Token.hash(secret),
        key.start(),
        key.createdAt().toEpochMilli());
  }

  /** The keys of an account, newest first. */
  List<ApiKey> of(AccountId account) {
    return database.read(handle ->
        handle
            .select(
                "SELECT id, name, start, created_at, used_at FROM api_keys"
                    + " WHERE account = ? ORDER BY created_at DESC, id",
                account.value())
            .map((row, context) -> read(row))
            .list());
  }

  /** Deletes a key of this account. Returns false when the account has no such key. */
  boolean delete(AccountId account, String id) {
    return database.write(handle ->
        handle.execute("DELETE FROM api_keys WHERE id = ? AND account = ?", id, account.value())
            == 1);
  }

  /** The principal of a key. Records the use of the key. */
  Optional<Principal> principal(Secret secret) {
    record Found(Principal principal, String key, long used) {}
    Optional<Found> found =
        database.read(handle ->
            handle
                .select(
                    "SELECT a.id, a.role, k.id, k.used_at FROM api_keys k"
                        + " JOIN accounts a ON a.id = k.account"
                        + " WHERE k.hash = ? AND a.suspended_at IS NULL",
                    Token.hash(secret))
                .map((row, context) ->
                    new Found(
                        new Principal(
                            new AccountId(row.getString(1)), Role.valueOf(row.getString(2))),
                        row.getString(3),
                        row.getLong(4)))
                .findOne());
    long now = clock.millis();
    found
        .filter(key -> now - key.used() >= USE.toMillis())
        .ifPresent(key ->
            database.write(handle ->
                handle.execute("UPDATE api_keys SET used_at = ? WHERE id = ?", now, key.key())));
    return found.map(Found::principal);
  }

  private static ApiKey read(ResultSet row) throws SQLException {
    long used = row.getLong(5);
    return new ApiKey(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        Instant.ofEpochMilli(row.getLong(4)),
        used == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(used)));
  }
}

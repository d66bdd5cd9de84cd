package io.tapedeck.uploads;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Refusal;
import io.tapedeck.sql.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * With an Idempotency-Key a client can retry a request, and the server does the work only once. A
 * key holds the conversion's id from the start. A request that takes over after a crash uses this
 * id.
 */
public final class IdempotencyKeys {
  /** A running request renews its lease within this time. After it, another may take over. */
  public static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Database database;
  private final Duration expiry;
  private final Clock clock;

  public IdempotencyKeys(Database database, Duration expiry, Clock clock) {
    this.database = database;
    this.expiry = expiry;
    this.clock = clock;
  }

  /** The result of claiming a key. */
  public sealed interface Claim {
    /** The caller does the work for this conversion. An earlier request may have begun it. */
    record Work(Key key, ConversionId conversion) implements Claim {}

    /**
     * The work is done, if the file is the same.
     *
     * @param answer the body of the first answer
     * @param sha256 of the first request's file; empty when nobody knows it
     */
    record Done(ConversionId conversion, String answer, Optional<String> sha256) implements Claim {
      /**
       * Compares the file of this request.
       *
       * @throws Refusal {@link Code#IDEMPOTENCY_KEY_REUSED} when it is another one
       */
      public void requireSame(String file) {
        if (!sha256.map(file::equals).orElse(true)) {
          throw new Refusal(
              Code.IDEMPOTENCY_KEY_REUSED, "the earlier request had a file with other bytes");
        }
      }
    }
  }

  /** A claimed key. */
  public record Key(AccountId account, String id, String holder) {}

  private record Row(
      String fingerprint,
      ConversionId conversion,
      Instant leasedUntil,
      @Nullable String answer,
      @Nullable String sha256) {}

  /**
   * Checks the Idempotency-Key of a request.
   *
   * @throws Refusal {@link Code#BAD_REQUEST} when the key is not valid
   */
  public static Optional<String> checked(Optional<String> key) {
    key.filter(text -> !text.matches("[!-~]{1,255}"))
        .ifPresent(text -> {
          throw new Refusal(
              Code.BAD_REQUEST, "an Idempotency-Key has 1 to 255 visible ASCII characters");
        });
    return key;
  }

  /** A digest of these texts. Two requests with the same digest count as the same request. */
  public static String fingerprint(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Claims a key.
   *
   * @param fresh the conversion's id if the key is new
   * @throws Refusal {@link Code#IDEMPOTENCY_KEY_REUSED} or {@link Code#IDEMPOTENCY_KEY_IN_USE}
   */
  public Claim claim(AccountId account, String id, String fingerprint, ConversionId fresh) {
    Key key = new Key(account, id, UUID.randomUUID().toString().replace("-", ""));
    return database.write(handle -> {
      Optional<Row> row = find(handle, key);
      if (row.isPresent()) {
        return again(handle, key, row.get(), fingerprint);
      }
      if (!database.inserted(() -> insert(handle, key, fingerprint, fresh))) {
        throw inUse();
      }
      return new Claim.Work(key, fresh);
    });
  }

  private Claim again(Handle handle, Key key, Row row, String fingerprint) {
    if (!row.fingerprint().equals(fingerprint)) {
      throw new Refusal(
          Code.IDEMPOTENCY_KEY_REUSED,
          "the earlier request had other options, length or file name");
    }
    if (row.answer() != null) {
      return new Claim.Done(row.conversion(), row.answer(), Optional.ofNullable(row.sha256()));
    }
    if (row.leasedUntil().isAfter(clock.instant())) {
      throw inUse();
    }
    handle.execute(
        "UPDATE idempotency_key SET holder = ?, leased_until = ? WHERE account = ? AND id = ?",
        key.holder(),
        leaseEnd(),
        key.account().value(),
        key.id());
    return new Claim.Work(key, row.conversion());
  }

  private static Refusal inUse() {
    return new Refusal(
        Code.IDEMPOTENCY_KEY_IN_USE, "the earlier request has not been answered yet", PAUSE);
  }

  /** Renews the lease of a running request. Returns false when another request has taken over. */
  public boolean renew(Key key) {
    return change(key, "leased_until = :value", leaseEnd());
  }

  /**
   * Stores the answer for retries of the request.
   *
   * @param sha256 of the request's file
   */
  public void answer(Key key, String body, Optional<String> sha256) {
    sha256.ifPresent(digest -> change(key, "sha256 = :value", digest));
    change(key, "answer = :value", body);
  }

  /** Ends the lease, so that the client can retry the request at once. */
  public boolean letGo(Key key) {
    return change(key, "leased_until = :value", 0L);
  }

  /** Ends all leases, so that clients can retry at once. Only for when no request is running. */
  public void letGoAll() {
    database.write(handle ->
        handle.execute("UPDATE idempotency_key SET leased_until = 0 WHERE answer IS NULL"));
  }

  /** Forgets a key whose request was refused. */
  public void forget(Key key) {
    database.write(handle ->
        handle.execute(
            "DELETE FROM idempotency_key WHERE account = ? AND id = ? AND holder = ?",
            key.account().value(),
            key.id(),
            key.holder()));
  }

  /**
   * Deletes all keys of an account that is being removed.
   *
   * @return the conversions of the account's requests that have no answer yet
   */
  static List<ConversionId> forgetAll(Database database, AccountId account) {
    return database.write(handle -> {
      List<ConversionId> underWay =
          handle
              .createQuery(
                  "SELECT conversion FROM idempotency_key WHERE account = :account AND answer IS NULL")
              .bind("account", account.value())
              .map((row, context) -> new ConversionId(row.getString(1)))
              .list();
      handle.execute("DELETE FROM idempotency_key WHERE account = ?", account.value());
      return underWay;
    });
  }

  /** Deletes all expired keys. Writes only when there are any. */
  public void sweep() {
    long before = clock.instant().minus(expiry).toEpochMilli();
    boolean any =
        database.read(handle ->
            handle
                .select("SELECT 1 FROM idempotency_key WHERE created_at < ? LIMIT 1", before)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    if (any) {
      database.write(
          handle -> handle.execute("DELETE FROM idempotency_key WHERE created_at < ?", before));
    }
  }

  private long leaseEnd() {
    return clock.instant().plus(LEASE).toEpochMilli();
  }

  private boolean change(Key key, String what, Object value) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "UPDATE idempotency_key SET "
                        + what
                        + " WHERE account = :account AND id = :id AND holder = :holder")
                .bind("account", key.account().value())
                .bind("id", key.id())
                .bind("holder", key.holder())
                .bind("value", value)
                .execute()
            == 1);
  }

  private void insert(Handle handle, Key key, String fingerprint, ConversionId conversion) {
    handle.execute(
        "INSERT INTO idempotency_key (account, id, fingerprint, conversion, holder, leased_until,"
            + " created_at, answer) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        key.account().value(),
        key.id(),
        fingerprint,
        conversion.value(),
        key.holder(),
        leaseEnd(),
        clock.millis());
  }

  private static Optional<Row> find(Handle handle, Key key) {
    return handle
        .createQuery("SELECT * FROM idempotency_key WHERE account = :account AND id = :id")
        .bind("account", key.account().value())
        .bind("id", key.id())
        .map((row, context) ->
            new Row(
                row.getString("fingerprint"),
                new ConversionId(row.getString("conversion")),
                Instant.ofEpochMilli(row.getLong("leased_until")),
                row.getString("answer"),
                row.getString("sha256")))
        .findOne();
  }
}

package io.tapedeck.notification;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Which e-mail addresses their owners have confirmed. Where everybody can sign up, anybody can sign
 * up with somebody else's address; so the first e-mail that an address gets asks for a
 * confirmation, once a day at most, and nothing else is sent before it comes. The addresses of
 * accounts that are older than this table count as confirmed.
 */
public final class ConfirmedAddresses {
  /** Time between two questions to one account. */
  static final Duration AGAIN = Duration.ofDays(1);

  /** How long the link of a question works. */
  static final Duration LIFE = Duration.ofDays(7);

  private static final int TOKEN_BYTES = 24;

  private final Database database;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final AccountId first;

  /** Brings the tables up to date. */
  public ConfirmedAddresses(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
    database.migrate("notification");
    this.first = AccountId.at(Instant.ofEpochMilli(database.write(this::since)));
  }

  private long since(Handle handle) {
    Optional<Long> known = known(handle);
    if (known.isEmpty()) {
      handle.execute("INSERT INTO confirming_since (since) VALUES (?)", clock.millis());
    }
    return known.orElseGet(clock::millis);
  }

  private static Optional<Long> known(Handle handle) {
    return handle
        .createQuery("SELECT since FROM confirming_since ORDER BY since LIMIT 1")
        .mapTo(Long.class)
        .findOne();
  }

  /** Whether a person may get e-mails about more than the confirmation. */
  boolean isConfirmed(Person person) {
    return person.account().compareTo(first) < 0
        || database.read(handle ->
            handle
                .createQuery(
                    "SELECT 1 FROM confirmed_addresses WHERE account = :account AND email = :email"
                        + " AND confirmed_at IS NOT NULL")
                .bind("account", person.account().value())
                .bind("email", person.email())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
  }

  /**
   * Begins a question to a person.
   *
   * @return the token for the link; empty when the person was asked lately
   */
  public Optional<Secret> ask(Person person) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    boolean mine =
        database.write(handle ->
            update(handle, person, token)
                || database.inserted(() -> insert(handle, person, token)));
    return mine ? Optional.of(new Secret(token)) : Optional.empty();
  }

  private boolean update(Handle handle, Person person, String token) {
    return handle
            .createUpdate(
                "UPDATE confirmed_addresses SET token = :token, asked_at = :now, email = :email,"
                    + " confirmed_at = NULL WHERE account = :account AND (email <> :email OR"
                    + " (confirmed_at IS NULL AND asked_at <= :before))")
            .bind("token", digest(token))
            .bind("now", clock.millis())
            .bind("email", person.email())
            .bind("account", person.account().value())
            .bind("before", clock.instant().minus(AGAIN).toEpochMilli())
            .execute()
        == 1;
  }

  private int insert(Handle handle, Person person, String token) {
    return handle.execute(
        "INSERT INTO confirmed_addresses (account, email, token, asked_at) VALUES (?, ?, ?, ?)",
        person.account().value(),
        person.email(),
        digest(token),
        clock.millis());
  }

  /** Lets the next result ask again, because the question could not be sent. */
  void askAgain(Person person) {
    database.write(handle ->
        handle.execute(
            "UPDATE confirmed_addresses SET asked_at = 0 WHERE account = ? AND confirmed_at IS NULL",
            person.account().value()));
  }

  /** Confirms the address that a link was sent to; false when the link is unknown or too old. */
  public boolean confirm(String token) {
    return database.write(handle ->
        handle
                .createUpdate(
                    "UPDATE confirmed_addresses SET confirmed_at = :now WHERE token = :token AND"
                        + " asked_at > :oldest")
                .bind("now", clock.millis())
                .bind("token", digest(token))
                .bind("oldest", clock.instant().minus(LIFE).toEpochMilli())
                .execute()
            == 1);
  }

  private static String digest(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

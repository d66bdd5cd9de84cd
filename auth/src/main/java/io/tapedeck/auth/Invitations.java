package io.tapedeck.auth;

import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Email;
import io.tapedeck.identity.Token;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Invitations of administrators. Each admits one person, once. */
public final class Invitations {
  static final String PERSON = "person";

  private final Database database;
  private final SignUpSwitch mode;
  private final Duration life;
  private final Clock clock;

  /** A new invitation. Its token is shown only once. */
  public record Invite(Secret token, Optional<String> email, Role role, Instant expiresAt) {}

  /**
   * An invitation that nobody has used yet.
   *
   * @param id names it; it is no secret, and the token cannot be computed from it
   * @param email whom it is for; anybody who has it when empty
   */
  public record Open(
      String id, Optional<String> email, Role role, Instant createdAt, Instant expiresAt) {}

  /**
   * @param life how long an invitation works
   */
  public Invitations(Database database, SignUpSwitch mode, Duration life, Clock clock) {
    this.database = database;
    this.mode = mode;
    this.life = life;
    this.clock = clock;
  }

  /**
   * Makes an invitation for this e-mail or, if empty, for anyone.
   *
   * @throws Refusal {@link Code#SIGN_UP_CLOSED}, or {@link Code#BAD_REQUEST} for the e-mail
   */
  public Invite invite(Optional<String> email, Role role) {
    if (mode.now() == AuthSettings.SignUp.CLOSED) {
      throw new Refusal(
          Code.SIGN_UP_CLOSED,
          "invitations are of no use while sign-up is closed; set it to invite first");
    }
    Secret token = Token.fresh("tdi_");
    Instant now = clock.instant();
    Instant end = Instant.ofEpochMilli(now.plus(life).toEpochMilli());
    Optional<String> address = email.map(Email::of).map(Email::value);
    database.write(handle -> insert(handle, PERSON, token, role, address, now, end));
    return new Invite(token, address, role, end);
  }

  /** The invitations that still work, newest first. */
  public List<Open> list() {
    return database.read(handle ->
        handle
            .select(
                "SELECT hash, email, role, created_at, expires_at FROM invites"
                    + " WHERE kind = ? AND expires_at > ? ORDER BY created_at DESC, hash",
                PERSON,
                clock.millis())
            .map((row, context) ->
                new Open(
                    row.getString(1),
                    Optional.ofNullable(row.getString(2)),
                    Role.valueOf(row.getString(3)),
                    Instant.ofEpochMilli(row.getLong(4)),
                    Instant.ofEpochMilli(row.getLong(5))))
            .list());
  }

  /** Withdraws an invitation. Returns false when there is none with that id. */
  public boolean withdraw(String id) {
    return database.write(handle ->
        handle.execute("DELETE FROM invites WHERE hash = ? AND kind = ?", id, PERSON) == 1);
  }

  static int insert(
      Handle handle,
      String kind,
      Secret token,
      Role role,
      Optional<String> email,
      Instant now,
      Instant end) {
    return handle.execute(
        "INSERT INTO invites (hash, kind, role, email, created_at, expires_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        Token.hash(token),
        kind,
        role.name(),
        email.orElse(null),
        now.toEpochMilli(),
        end.toEpochMilli());
  }
}

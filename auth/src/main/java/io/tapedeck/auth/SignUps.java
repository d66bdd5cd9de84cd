package io.tapedeck.auth;

import io.tapedeck.auth.Attempts.Limit;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Email;
import io.tapedeck.identity.Token;
import io.tapedeck.passwords.PasswordHashes;
import io.tapedeck.passwords.PasswordRules;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * New accounts. The configuration allows sign-up for anybody, for people with an invitation, or for
 * nobody. In each mode the setup token admits the first administrator. The first person to sign up
 * does not become administrator automatically.
 */
final class SignUps {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);

  /** Accounts a day from one address before pauses begin: enough for a school, not for a flood. */
  private static final int MANY = 1000;

  private static final String SETUP = "setup";

  private final Database database;
  private final Accounts accounts;
  private final PasswordHashes hashes;
  private final Attempts attempts;
  private final SignUpSwitch mode;
  private final Clock clock;

  /**
   * The body of a sign-up.
   *
   * @param invite the token of an invitation
   * @param setupToken the token that was printed at the first start
   */
  record Wish(
      Email email,
      @Nullable Secret password,
      Locale language,
      Optional<Secret> invite,
      Optional<Secret> setupToken,
      String from) {}

  SignUps(
      Database database,
      Accounts accounts,
      PasswordHashes hashes,
      Attempts attempts,
      SignUpSwitch mode,
      Clock clock) {
    this.database = database;
    this.accounts = accounts;
    this.hashes = hashes;
    this.attempts = attempts;
    this.mode = mode;
    this.clock = clock;
  }

  /**
   * Creates an account. Only a person who may sign up learns that an e-mail already has an account.
   * This answer comes after the password was hashed, and its number is limited per address.
   *
   * @throws Refusal {@link Code#SIGN_UP_CLOSED}, {@link Code#INVITE_REQUIRED}, {@link
   *     Code#LINK_EXPIRED}, {@link Code#WEAK_PASSWORD}, {@link Code#EMAIL_TAKEN} or {@link
   *     Code#RATE_LIMITED}
   */
  Account signUp(Wish wish) {
    Optional<Ticket> ticket = ticket(wish);
    Secret password = PasswordRules.checked(wish.password(), wish.email().value());
    String network = Exchange.client(wish.from());
    Limit taken = Limit.oneByOne("taken from " + network, 10, QUARTER, HOUR);
    Limit made = Limit.oneByOne("accounts from " + network, MANY, HOUR, DAY);
    attempts.take(Code.RATE_LIMITED, List.of(made), Duration.ZERO);
    String hash = hashes.hash(password);
    try {
      return database.write(handle -> {
        Role role = ticket.map(used -> use(handle, used, wish.email())).orElse(Role.USER);
        return accounts.insert(handle, wish.email(), hash, role, wish.language());
      });
    } catch (Refusal refusal) {
      attempts.takeBack(made);
      if (refusal.code() == Code.EMAIL_TAKEN) {
        attempts.take(Code.RATE_LIMITED, List.of(taken), Duration.ZERO);
      }
      throw refusal;
    }
  }

  /** A token for the first administrator, valid for a day; empty when there is an administrator. */
  Optional<Secret> setupToken() {
    Instant now = clock.instant();
    return database.write(handle -> {
      if (Accounts.hasAdmin(handle)) {
        return Optional.empty();
      }
      Secret token = Token.fresh("tds_");
      Invitations.insert(handle, SETUP, token, Role.ADMIN, Optional.empty(), now, now.plus(DAY));
      return Optional.of(token);
    });
  }

  private record Ticket(Secret token, String kind) {}

  private Optional<Ticket> ticket(Wish wish) {
    Optional<Ticket> setup = wish.setupToken().map(token -> new Ticket(token, SETUP));
    if (setup.isPresent()) {
      return setup.filter(this::isGood).or(SignUps::refuse);
    }
    return switch (mode.now()) {
      case OPEN ->
          wish.invite().map(token -> new Ticket(token, Invitations.PERSON)).filter(this::isGood);
      case CLOSED -> throw new Refusal(Code.SIGN_UP_CLOSED, "nobody signs up here by themselves");
      case INVITE -> {
        Secret token =
            wish.invite()
                .orElseThrow(
                    () -> new Refusal(Code.INVITE_REQUIRED, "send the member invite with it"));
        yield Optional.of(new Ticket(token, Invitations.PERSON))
            .filter(this::isGood)
            .or(SignUps::refuse);
      }
    };
  }

  private static Optional<Ticket> refuse() {
    throw new Refusal(Code.LINK_EXPIRED, "the invitation or setup token is not good any more");
  }

  private boolean isGood(Ticket ticket) {
    return database.read(handle ->
        handle
            .select(
                "SELECT 1 FROM invites WHERE hash = ? AND kind = ? AND expires_at > ?",
                Token.hash(ticket.token()),
                ticket.kind(),
                clock.millis())
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }

  /** Uses a ticket, in the transaction that creates the account. */
  private Role use(Handle handle, Ticket ticket, Email email) {
    record Row(Role role, Optional<String> email) {}
    String hash = Token.hash(ticket.token());
    Optional<Row> row =
        handle
            .select(
                "SELECT role, email FROM invites WHERE hash = ? AND kind = ? AND expires_at > ?",
                hash,
                ticket.kind(),
                clock.millis())
            .map((rows, context) ->
                new Row(Role.valueOf(rows.getString(1)), Optional.ofNullable(rows.getString(2))))
            .findOne()
            .filter(found -> found.email().isEmpty() || found.email().get().equals(email.value()));
    int used = handle.execute("DELETE FROM invites WHERE hash = ?", hash);
    boolean isLate = ticket.kind().equals(SETUP) && Accounts.hasAdmin(handle);
    if (row.isEmpty() || used == 0 || isLate) {
      throw new Refusal(Code.LINK_EXPIRED, "the invitation was used, or is for another e-mail");
    }
    if (ticket.kind().equals(SETUP)) {
      handle.execute("DELETE FROM invites WHERE kind = ?", SETUP);
    }
    return row.get().role();
  }
}

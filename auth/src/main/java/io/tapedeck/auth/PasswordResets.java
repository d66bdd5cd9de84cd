package io.tapedeck.auth;

import io.tapedeck.auth.Attempts.Limit;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Email;
import io.tapedeck.identity.Token;
import io.tapedeck.passwords.PasswordHashes;
import io.tapedeck.passwords.PasswordRules;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Password resets. A request is answered before the account is looked up. So neither the answer nor
 * its time shows whether an e-mail has an account.
 */
final class PasswordResets implements AutoCloseable {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(PasswordResets.class);

  private final Database database;
  private final Accounts accounts;
  private final PasswordHashes hashes;
  private final Attempts attempts;
  private final ResetMailer mails;
  private final AuthSettings settings;
  private final Clock clock;
  private final ExecutorService later = Executors.newVirtualThreadPerTaskExecutor();

  PasswordResets(
      Database database,
      Accounts accounts,
      PasswordHashes hashes,
      Attempts attempts,
      ResetMailer mails,
      AuthSettings settings,
      Clock clock) {
    this.database = database;
    this.accounts = accounts;
    this.hashes = hashes;
    this.attempts = attempts;
    this.mails = mails;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Requests a reset e-mail. Returns at once, for known and unknown e-mails.
   *
   * @throws Refusal {@link Code#RATE_LIMITED} when this address asks too often
   */
  void ask(@Nullable String email, String from) {
    List<Limit> asking =
        List.of(
            Limit.oneByOne(
                "reset from " + Exchange.client(from), 20, Duration.ofMinutes(15), HOUR));
    attempts.take(Code.RATE_LIMITED, asking, Duration.ZERO);
    try {
      later.execute(
          () -> Email.parse(email).flatMap(accounts::find).ifPresent(known -> write(known, from)));
    } catch (RejectedExecutionException e) {
      throw new io.tapedeck.core.Outage(Code.STOPPING, "the server stops", e);
    }
  }

  private void write(Accounts.WithHash known, String from) {
    Account account = known.account();
    try {
      // Three e-mails, then longer and longer pauses: an attacker must not fill a person's mailbox.
      List<Limit> perAccount =
          List.of(Limit.oneByOne("e-mail to " + account.email(), 3, HOUR, Duration.ofDays(1)));
      attempts.take(Code.RATE_LIMITED, perAccount, Duration.ZERO);
      Secret token = Token.fresh("tdp_");
      long end = clock.instant().plus(settings.resetLife()).toEpochMilli();
      database.write(handle ->
          handle.execute(
              "INSERT INTO password_resets (hash, account, expires_at) VALUES (?, ?, ?)",
              Token.hash(token),
              account.id().value(),
              end));
      if (mails.send(account.person(), new Secret(settings.link("reset", token.reveal())))) {
        Audit.log(Audit.Event.PASSWORD_RESET_SENT, account.id(), from);
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("account", account.id())
          .log("no e-mail of reset was sent; the person may ask again");
    }
  }

  /**
   * Sets the new password with the token of an e-mail, and ends all sessions of the account. After
   * a refused password, the token stays valid.
   *
   * @throws Refusal {@link Code#LINK_EXPIRED} or {@link Code#WEAK_PASSWORD}
   */
  Account reset(Secret token, @Nullable Secret password) {
    Account account = owner(token).flatMap(accounts::find).orElseThrow(PasswordResets::expired);
    String hash = hashes.hash(PasswordRules.checked(password, account.email()));
    database.write(handle -> {
      int used =
          handle.execute(
              "DELETE FROM password_resets WHERE hash = ? AND expires_at > ?",
              Token.hash(token),
              clock.millis());
      if (used == 0) {
        throw expired();
      }
      return Accounts.changePassword(handle, account.id(), hash, Optional.empty());
    });
    return account;
  }

  private Optional<AccountId> owner(Secret token) {
    return database
        .read(handle ->
            handle
                .select(
                    "SELECT account FROM password_resets WHERE hash = ? AND expires_at > ?",
                    Token.hash(token),
                    clock.millis())
                .mapTo(String.class)
                .findOne())
        .map(AccountId::new);
  }

  private static Refusal expired() {
    return new Refusal(Code.LINK_EXPIRED, "the e-mail is older than an hour, or was used");
  }

  /** Waits for e-mails that are being written. */
  @Override
  public void close() {
    later.close();
  }
}

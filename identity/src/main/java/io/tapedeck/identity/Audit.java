package io.tapedeck.identity;

import io.tapedeck.core.AccountId;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The audit log: one line for each event that matters to the security of accounts, from a logger of
 * its own. A line names the event, the account's id and the client's address, never an e-mail, a
 * password or a token. What a stranger types as an e-mail may be a password, so it is not logged.
 * The operator may send these lines to a file of their own ({@code log.audit}).
 */
public final class Audit {
  /** The logger's name. */
  public static final String NAME = "io.tapedeck.audit";

  /** The address of those who use the command line on the server itself. */
  public static final String COMMAND_LINE = "command-line";

  private static final Logger LOG = LoggerFactory.getLogger(NAME);
  private static final AtomicLong LAST = new AtomicLong();
  private static final AtomicLong DROPPED = new AtomicLong();

  private Audit() {}

  /** What happened. */
  public enum Event {
    ACCOUNT_CREATED,
    ACCOUNT_DELETED,
    SIGNED_IN,
    SIGN_IN_REFUSED,
    SIGN_IN_HELD_OFF,
    SIGNED_OUT,
    OTHER_SESSIONS_ENDED,
    REFRESH_TOKEN_REUSED,
    PASSWORD_CHANGED,
    PASSWORD_RESET_SENT,
    PASSWORD_RESET,
    API_KEY_CREATED,
    API_KEY_DELETED,
    INVITATION_CREATED,
    ACCOUNT_SUSPENDED,
    ACCOUNT_RESUMED,
    ROLE_CHANGED,
    QUOTA_CHANGED,
    INVITATION_WITHDRAWN,
    SIGN_UP_CHANGED,
    CONVERSION_RETRIED,
    CONVERSION_CANCELLED,
    DEAD_LETTER_RETRIED,
    DEAD_LETTER_DROPPED,
    FORBIDDEN;

    /** The name in the log and in the list of what administrators did. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static void log(Event event, AccountId account, String address) {
    line(event, Optional.of(account), address).log(event.wire());
  }

  /** With one more fact, such as the id of an API key or a role. */
  public static void log(Event event, AccountId account, String address, String key, Object value) {
    line(event, Optional.of(account), address).addKeyValue(key, value).log(event.wire());
  }

  /** An act of an administrator; the account is empty for the command line. */
  public static void act(
      Event event, Optional<AccountId> account, String address, String about, String detail) {
    line(event, account, address)
        .addKeyValue("about", about)
        .addKeyValue("detail", detail)
        .log(event.wire());
  }

  /** A wrong password; the account is empty when nobody has that e-mail. */
  public static void refused(Optional<AccountId> account, String address) {
    line(Event.SIGN_IN_REFUSED, account, address).log(Event.SIGN_IN_REFUSED.wire());
  }

  /**
   * A sign-in that was not tried, because too many came before. Guessers can cause any number of
   * these, so at most one line a second is logged, and it says how many it stands for.
   */
  public static void heldOff(Optional<AccountId> account, String address, long nowMillis) {
    long last = LAST.get();
    boolean soon = nowMillis >= last && nowMillis - last < 1000;
    if (soon || !LAST.compareAndSet(last, nowMillis)) {
      DROPPED.incrementAndGet();
      return;
    }
    line(Event.SIGN_IN_HELD_OFF, account, address)
        .addKeyValue("times", 1 + DROPPED.getAndSet(0))
        .log(Event.SIGN_IN_HELD_OFF.wire());
  }

  private static LoggingEventBuilder line(
      Event event, Optional<AccountId> account, String address) {
    boolean warning =
        switch (event) {
          case SIGN_IN_REFUSED, SIGN_IN_HELD_OFF, REFRESH_TOKEN_REUSED, FORBIDDEN -> true;
          case ACCOUNT_CREATED,
              ACCOUNT_DELETED,
              SIGNED_IN,
              SIGNED_OUT,
              OTHER_SESSIONS_ENDED,
              PASSWORD_CHANGED,
              PASSWORD_RESET_SENT,
              PASSWORD_RESET,
              API_KEY_CREATED,
              API_KEY_DELETED,
              INVITATION_CREATED,
              ACCOUNT_SUSPENDED,
              ACCOUNT_RESUMED,
              ROLE_CHANGED,
              QUOTA_CHANGED,
              INVITATION_WITHDRAWN,
              SIGN_UP_CHANGED,
              CONVERSION_RETRIED,
              CONVERSION_CANCELLED,
              DEAD_LETTER_RETRIED,
              DEAD_LETTER_DROPPED ->
              false;
        };
    return (warning ? LOG.atWarn() : LOG.atInfo())
        .addKeyValue("account", account.map(AccountId::value).orElse("unknown"))
        .addKeyValue("address", address);
  }
}

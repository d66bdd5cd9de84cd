package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Authentication;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Checks the principal and the rate of requests, and refuses new work while the server stops. */
final class AccessCheck {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** While bytes come or a request waits, the principal is verified so often. */
  static final Duration VERIFIED_AGAIN = Duration.ofSeconds(2);

  private final Authentication authentication;
  private final Rates rates;
  private final Clock clock;
  private volatile boolean closing;

  AccessCheck(Authentication authentication, Rates rates, Clock clock) {
    this.authentication = authentication;
    this.rates = rates;
    this.clock = clock;
  }

  /** The account of the principal; see {@link Authentication#principal}. */
  AccountId account(Exchange exchange) {
    return authentication.principal(exchange).account();
  }

  /**
   * Whether the principal of a request that takes long is still good. A session that was ended, a
   * deleted key and a deleted account are not. A token that only expired meanwhile is, and so is
   * one that cannot be verified now.
   */
  boolean isStillGood(Exchange exchange) {
    try {
      account(exchange);
      return true;
    } catch (Refusal refusal) {
      return refusal.code() == Code.TOKEN_EXPIRED;
    } catch (Outage outage) {
      return true;
    }
  }

  /**
   * Refuses a request whose principal is not good any more.
   *
   * @param undo called before it is refused
   * @throws Refusal {@link Code#UNAUTHENTICATED}
   */
  void requireStillGood(Exchange exchange, Runnable undo) {
    if (!isStillGood(exchange)) {
      undo.run();
      throw new Refusal(Code.UNAUTHENTICATED, "the session, API key or account ended meanwhile");
    }
  }

  /** Verifies the principal of a request again and again while its bytes come. */
  ObservedChannel.Observer watch(Exchange exchange) {
    return new ObservedChannel.Observer() {
      private Instant next = clock.instant().plus(VERIFIED_AGAIN);

      @Override
      public void piece(ByteBuffer bytes) {
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
          next = now.plus(VERIFIED_AGAIN);
          requireStillGood(exchange, () -> {});
        }
      }
    };
  }

  /** The account of the principal; empty for an anonymous request. */
  Optional<AccountId> accountIfAny(Exchange exchange) {
    return authentication.principalIfAny(exchange).map(principal -> principal.account());
  }

  /**
   * The account of a principal that wants to create something.
   *
   * @throws Refusal {@link Code#STOPPING}, {@link Code#RATE_LIMITED}, or as {@link #account}
   */
  AccountId creator(Exchange exchange) {
    AccountId account = account(exchange);
    refuseWhileClosing();
    rates.count(exchange, account);
    return account;
  }

  /** Refuses work that the stop of the server would interrupt. */
  void refuseWhileClosing() {
    if (closing) {
      throw new Refusal(Code.STOPPING, "nothing new is begun now", PAUSE);
    }
  }

  /** Whether new work is accepted. */
  boolean open() {
    return !closing;
  }

  /** Refuses new work from now on. Running work may end. */
  void close() {
    closing = true;
  }
}

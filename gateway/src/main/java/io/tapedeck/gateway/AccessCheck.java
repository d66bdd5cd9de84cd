package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Authentication;
import java.time.Duration;
import java.util.Optional;

/** Checks the principal and the rate of requests, and refuses new work while the server stops. */
final class AccessCheck {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Authentication authentication;
  private final Rates rates;
  private volatile boolean closing;

  AccessCheck(Authentication authentication, Rates rates) {
    this.authentication = authentication;
    this.rates = rates;
  }

  /** The account of the principal; see {@link Authentication#principal}. */
  AccountId account(Exchange exchange) {
    return authentication.principal(exchange).account();
  }

  /**
   * Whether the principal of a request that takes long is still good. A session that was ended, a
   * deleted key and a deleted account are not. A token that only expired meanwhile is.
   */
  boolean isStillGood(Exchange exchange) {
    try {
      account(exchange);
      return true;
    } catch (Refusal refusal) {
      return refusal.code() == Code.TOKEN_EXPIRED;
    }
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

package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Authentication;
import java.time.Duration;
import java.util.Optional;

/** Who comes in, how often, and whether anything new is begun at all. */
final class AccessCheck {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Authentication authentication;
  private final Rates rates;
  private volatile boolean closing;

  AccessCheck(Authentication authentication, Rates rates) {
    this.authentication = authentication;
    this.rates = rates;
  }

  /** The account that asks; see {@link Authentication#principal}. */
  AccountId account(Exchange exchange) {
    return authentication.principal(exchange).account();
  }

  /** The account that asks, if it says who it is. */
  Optional<AccountId> accountIfAny(Exchange exchange) {
    return authentication.principalIfAny(exchange).map(principal -> principal.account());
  }

  /**
   * The account that wants to begin something.
   *
   * @throws Refusal {@link Code#STOPPING} or {@link Code#RATE_LIMITED} too
   */
  AccountId creator(Exchange exchange) {
    AccountId account = account(exchange);
    refuseWhileClosing();
    rates.count(account);
    return account;
  }

  /** Refuses what would only be cut off. */
  void refuseWhileClosing() {
    if (closing) {
      throw new Refusal(Code.STOPPING, "nothing new is begun now", PAUSE);
    }
  }

  /** Whether new things are let in. */
  boolean open() {
    return !closing;
  }

  /** Lets nothing new in; what is in may end. */
  void close() {
    closing = true;
  }
}

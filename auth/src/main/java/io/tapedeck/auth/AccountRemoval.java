package io.tapedeck.auth;

import io.tapedeck.core.AccountId;

/** Hears that an account goes away, and deletes what it owns elsewhere. */
@FunctionalInterface
public interface AccountRemoval {
  /**
   * Called when the account can no longer sign in, and before it is gone. May be called again for
   * the same account when it, or the deletion after it, failed.
   */
  void leaves(AccountId account);
}

package io.tapedeck.auth;

import io.tapedeck.core.AccountId;

/** Deletes what a removed account owns outside this module. */
@FunctionalInterface
public interface AccountRemoval {
  /**
   * Called after the account can no longer sign in and before its row is deleted. Called again for
   * the same account if this call or the deletion failed.
   */
  void leaves(AccountId account);
}

/**
 * Authentication: accounts, sessions, API keys, invitations, password resets and the keys that sign
 * tokens. The database keeps all of them, but passwords, tokens and API keys only as hashes.
 * Writing reset e-mails and deleting what an account owns belong to other modules. This module
 * calls them through {@link io.tapedeck.auth.ResetMailer} and {@link
 * io.tapedeck.auth.AccountRemoval}.
 */
@NullMarked
package io.tapedeck.auth;

import org.jspecify.annotations.NullMarked;

/**
 * Who may come in: accounts, sessions, API keys, invitations, password resets and the keys that
 * sign tokens. All of it is kept in the database, secrets only as hashes. Writing the e-mail of a
 * reset and deleting what an account owns belong to others, who are told through {@link
 * io.tapedeck.auth.ResetMailer} and {@link io.tapedeck.auth.AccountRemoval}.
 */
@NullMarked
package io.tapedeck.auth;

import org.jspecify.annotations.NullMarked;

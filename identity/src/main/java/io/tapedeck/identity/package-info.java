/**
 * Tokens, key sets and the account behind a request. Every role uses this module to verify the auth
 * role's tokens and to call the auth role. The audit log of security events is here too. Only this
 * module knows the token library. Accounts and passwords themselves belong in {@code auth}.
 */
@NullMarked
package io.tapedeck.identity;

import org.jspecify.annotations.NullMarked;

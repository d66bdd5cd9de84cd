/**
 * Tokens and key sets, and the account behind a request: what every role needs to know of the auth
 * role's word, and the client that asks the auth role for it. The only module that knows the token
 * library; accounts and passwords themselves belong in {@code auth}.
 */
@NullMarked
package io.tapedeck.identity;

import org.jspecify.annotations.NullMarked;

package io.tapedeck.core;

import java.util.Locale;
import java.util.Optional;

/**
 * Finds the principal of a token and the person behind an account. The auth role answers this
 * itself. Other roles use a client that verifies tokens with auth's public keys.
 */
public interface Identity extends Component {
  /**
   * The principal of a bearer token, which is an access token or an API key.
   *
   * @throws Refusal {@link Code#UNAUTHENTICATED} or {@link Code#TOKEN_EXPIRED}
   */
  Principal verify(Secret token);

  /**
   * Signs in with e-mail and password, as HTTP Basic does.
   *
   * @param from the client's address, for lock-out
   * @return an access token
   * @throws Refusal {@link Code#BAD_CREDENTIALS} or {@link Code#LOCKED_OUT}
   */
  Secret signIn(String email, Secret password, String from);

  /** The person who gets the e-mails of an account; empty when the account is gone. */
  Optional<Person> person(AccountId account);

  /** What a caller may do. */
  enum Role {
    USER,
    ADMIN
  }

  /** Who sent a request. */
  record Principal(AccountId account, Role role) {}

  /**
   * The person who gets the e-mails of an account.
   *
   * @param language of the e-mails: English or Italian
   */
  record Person(AccountId account, String email, Locale language) {}
}

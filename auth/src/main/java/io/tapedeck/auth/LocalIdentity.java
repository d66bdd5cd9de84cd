package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Jwt;
import java.util.Optional;

/**
 * The principal of a token, read from the database: a session that was ended is ended at once, not
 * when its access token expires.
 */
public final class LocalIdentity implements Identity {
  private final Accounts accounts;
  private final Credentials credentials;
  private final Sessions sessions;
  private final ApiKeys apiKeys;
  private final Jwt.Verifier verifier;

  LocalIdentity(
      Accounts accounts,
      Credentials credentials,
      Sessions sessions,
      ApiKeys apiKeys,
      Jwt.Verifier verifier) {
    this.accounts = accounts;
    this.credentials = credentials;
    this.sessions = sessions;
    this.apiKeys = apiKeys;
    this.verifier = verifier;
  }

  /** A caller who came with an access token, and the session it belongs to. */
  record SignedIn(Principal principal, String session) {
    AccountId account() {
      return principal.account();
    }
  }

  @Override
  public Principal verify(Secret token) {
    if (ApiKeys.isApiKey(token)) {
      return apiKeys
          .principal(token)
          .orElseThrow(
              () -> new Refusal(Code.UNAUTHENTICATED, "the API key is unknown or was deleted"));
    }
    return session(token).principal();
  }

  /**
   * The session an access token belongs to. What only a person may do asks for one.
   *
   * @throws Refusal as {@link #verify}; {@link Code#FORBIDDEN} for an API key
   */
  SignedIn session(Secret token) {
    if (ApiKeys.isApiKey(token)) {
      throw new Refusal(Code.FORBIDDEN, "an API key may not manage its account; sign in for that");
    }
    Jwt jwt = verifier.verify(token);
    String session = jwt.claims().getOrDefault(Sessions.SESSION_CLAIM, "");
    return sessions
        .principal(new AccountId(jwt.subject()), session)
        .map(principal -> new SignedIn(principal, session))
        .orElseThrow(() -> new Refusal(Code.UNAUTHENTICATED, "the session has ended"));
  }

  @Override
  public Secret signIn(String email, Secret password, String from) {
    Account account = credentials.check(email, password, from);
    return sessions.openBriefly(account, new Session.Client("HTTP Basic", from));
  }

  @Override
  public Optional<Person> person(AccountId account) {
    return accounts.find(account).map(Account::person);
  }

  @Override
  public Health check() {
    return Health.up();
  }

  /** Owns nothing that needs closing; {@link Auth} does. */
  @Override
  public void close() {}
}

package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Jwt;
import java.util.Optional;

/**
 * Reads the principal of a token from the database. An ended session is therefore refused at once,
 * not when its access token expires.
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

  /** The principal of an access token, and the token's session. */
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
   * The session of an access token. Routes that only a person may use call this method.
   *
   * @throws Refusal as {@link #verify}; {@link Code#FORBIDDEN} for a valid API key
   */
  SignedIn session(Secret token) {
    if (ApiKeys.isApiKey(token)) {
      verify(token);
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
    return signIn(email, password, Credentials.Client.at(from));
  }

  Secret signIn(String email, Secret password, Credentials.Client client) {
    Account account = credentials.check(email, password, client).account();
    String from = client.address();
    Secret token = sessions.openBriefly(account, new Session.Client("HTTP Basic", from));
    Audit.log(Audit.Event.SIGNED_IN, account.id(), from);
    return token;
  }

  @Override
  public Optional<Person> person(AccountId account) {
    return accounts.find(account).map(Account::person);
  }

  @Override
  public Health check() {
    return Health.up();
  }

  /** Closes nothing: {@link Auth} closes what this object uses. */
  @Override
  public void close() {}
}

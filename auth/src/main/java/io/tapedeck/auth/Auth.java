package io.tapedeck.auth;

import io.tapedeck.core.Component;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Reason;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.KeySet;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The auth role, built: who may come in, on one database. Whoever opens it closes it. */
public final class Auth implements Component {
  /** Whom access tokens are from and for; verifiers elsewhere use the same. */
  public static final Jwt.Realm REALM = new Jwt.Realm("tapedeck", "tapedeck-api");

  /** Method and template of each of {@link #routes}, for who hands requests on to this role. */
  public static final List<String> ADDRESSES =
      List.of(
          "POST /v1/sessions",
          "POST /v1/sessions/refresh",
          "GET /v1/sessions",
          "DELETE /v1/sessions/{id}",
          "GET /.well-known/jwks.json",
          "POST /login",
          "POST /v1/accounts",
          "GET /v1/accounts/me",
          "PATCH /v1/accounts/me",
          "DELETE /v1/accounts/me",
          "POST /v1/invites",
          "POST /v1/password-resets",
          "POST /v1/password-resets/{token}",
          "GET /v1/api-keys",
          "POST /v1/api-keys",
          "DELETE /v1/api-keys/{id}");

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration EXPIRY = Duration.ofHours(1);

  private final PasswordHashes hashes = new PasswordHashes();
  private final SigningKeys keys;
  private final Parts parts;
  private final Schedule tasks;

  /** What the routes work with. */
  record Parts(
      AuthSettings settings,
      Accounts accounts,
      Credentials credentials,
      Sessions sessions,
      ApiKeys apiKeys,
      SignUps signUps,
      PasswordResets resets,
      PasswordHashes hashes,
      LocalIdentity identity,
      SigningKeys keys,
      Database database) {}

  private Auth(
      Database database,
      AuthSettings settings,
      ResetMailer mails,
      AccountRemoval leaving,
      Clock clock) {
    keys = new SigningKeys(database, settings, clock);
    Attempts attempts = new Attempts(database, clock);
    Accounts accounts = new Accounts(database, hashes, leaving, clock);
    Credentials credentials = new Credentials(accounts, hashes, attempts);
    Jwt.Signer signer = new Jwt.Signer(REALM, keys::signing, clock);
    Sessions sessions = new Sessions(database, signer, settings, clock);
    ApiKeys apiKeys = new ApiKeys(database, clock);
    parts =
        new Parts(
            settings,
            accounts,
            credentials,
            sessions,
            apiKeys,
            new SignUps(database, accounts, hashes, attempts, settings, clock),
            new PasswordResets(database, accounts, hashes, attempts, mails, settings, clock),
            hashes,
            new LocalIdentity(
                accounts, credentials, sessions, apiKeys, new Jwt.Verifier(REALM, keys, clock)),
            keys,
            database);
    tasks = new Schedule(clock);
    tasks.every("auth-expiry", SOON, EXPIRY, new Expiry(database, clock)::run);
  }

  /**
   * Builds the role and brings its tables up to date.
   *
   * @param database stays the caller's, who closes it after this
   * @param mails sends the e-mails of password resets
   * @param leaving deletes what an account owns when it goes
   */
  public static Auth open(
      Database database,
      AuthSettings settings,
      ResetMailer mails,
      AccountRemoval leaving,
      Clock clock) {
    migrate(database);
    return new Auth(database, settings, mails, leaving, clock);
  }

  /** Begins to delete what is over, once an hour. */
  public void start() {
    tasks.start();
  }

  static void migrate(Database database) {
    database.migrate("auth");
  }

  /** Adds the routes of this role. */
  public void routes(Router router) {
    Authentication authentication = new Authentication(parts.identity());
    new SessionRoutes(parts).on(router);
    new AccountRoutes(parts, authentication).on(router);
    new ApiKeyRoutes(parts).on(router);
  }

  /** Adds what only the other services of a cluster may ask. */
  public void serviceRoutes(Router router, ServiceKeys keys) {
    new ServiceRoutes(parts.identity(), keys.verifier()).on(router);
  }

  public Identity identity() {
    return parts.identity();
  }

  public Accounts accounts() {
    return parts.accounts();
  }

  /** The public keys that access tokens are signed with, as they are now. */
  public KeySet keySet() {
    return keys.known();
  }

  /** Signs with a new key from now on, give or take the two minutes in which it is published. */
  public void rotateKeys() {
    keys.rotate();
  }

  /**
   * A secret that makes the first administrator ({@code setupToken} of a sign-up), good once and
   * for a day; empty when there is an administrator. To be shown to who started the server.
   */
  public Optional<Secret> setupToken() {
    return parts.signUps().setupToken();
  }

  Parts parts() {
    return parts;
  }

  PasswordHashes hashes() {
    return hashes;
  }

  /**
   * Up as soon as the keys that sign tokens were read once. Whether the database, which all
   * replicas share, is there now is the database's own check.
   */
  @Override
  public Health check() {
    try {
      keys.requireRead();
      return Health.up();
    } catch (Outage e) {
      return Health.down("the keys that sign tokens cannot be read: " + Reason.of(e));
    }
  }

  /** The clearing up, whose troubles keep nobody from signing in. */
  public Schedule tasks() {
    return tasks;
  }

  /** Waits for e-mails that are being written. */
  @Override
  public void close() {
    tasks.close();
    parts.resets().close();
    hashes.close();
  }
}

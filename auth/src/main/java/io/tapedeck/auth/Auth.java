package io.tapedeck.auth;

import io.tapedeck.core.Component;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Reason;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.KeySet;
import io.tapedeck.identity.ServiceKeys;
import io.tapedeck.passwords.PasswordHashes;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The auth role, assembled on one database: accounts, sign-in and tokens. The caller closes it. */
public final class Auth implements Component {
  /** The issuer and audience of access tokens. Verifiers in other modules use the same realm. */
  public static final Jwt.Realm REALM = new Jwt.Realm("tapedeck", "tapedeck-api");

  /** Method and template of each of {@link #routes}, for processes that forward requests. */
  public static final List<String> ADDRESSES =
      List.of(
          "POST /v1/sessions",
          "POST /v1/sessions/refresh",
          "GET /v1/sessions",
          "DELETE /v1/sessions/{id}",
          "GET /.well-known/jwks.json",
          "POST /login",
          "GET /v1/sign-up",
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

  /** The objects that the routes use. */
  record Parts(
      AuthSettings settings,
      Accounts accounts,
      Credentials credentials,
      Sessions sessions,
      ApiKeys apiKeys,
      SignUps signUps,
      Invitations invitations,
      SignUpSwitch mode,
      PasswordResets resets,
      PasswordHashes hashes,
      LocalIdentity identity,
      SigningKeys keys,
      Database database) {
    /**
     * The person who is signed in, for routes that no API key may use; see {@link LocalIdentity}.
     */
    LocalIdentity.SignedIn signedIn(Exchange exchange) {
      LocalIdentity.SignedIn here = identity.session(Authentication.required(exchange));
      exchange.countFor(here.account().value());
      return here;
    }
  }

  private Auth(
      Database database,
      AuthSettings settings,
      ResetMailer mails,
      AccountRemoval leaving,
      Credentials.Pause pause,
      Clock clock) {
    keys = new SigningKeys(database, settings, clock);
    Attempts attempts = new Attempts(database, clock);
    Accounts accounts = new Accounts(database, hashes, leaving, clock);
    Credentials credentials = new Credentials(accounts, hashes, attempts, pause);
    Jwt.Signer signer = new Jwt.Signer(REALM, keys::signing, clock);
    Sessions sessions = new Sessions(database, signer, settings, clock);
    ApiKeys apiKeys = new ApiKeys(database, clock);
    SignUpSwitch mode = new SignUpSwitch(database, settings.signUp(), clock);
    parts =
        new Parts(
            settings,
            accounts,
            credentials,
            sessions,
            apiKeys,
            new SignUps(database, accounts, hashes, attempts, mode, clock),
            new Invitations(database, mode, settings.inviteLife(), clock),
            mode,
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
   * @param database owned by the caller, who closes it after this object
   * @param mails sends the e-mails of password resets
   * @param leaving deletes what a removed account owns
   */
  public static Auth open(
      Database database,
      AuthSettings settings,
      ResetMailer mails,
      AccountRemoval leaving,
      Clock clock) {
    return open(database, settings, mails, leaving, Thread::sleep, clock);
  }

  static Auth open(
      Database database,
      AuthSettings settings,
      ResetMailer mails,
      AccountRemoval leaving,
      Credentials.Pause pause,
      Clock clock) {
    migrate(database);
    return new Auth(database, settings, mails, leaving, pause, clock);
  }

  /** Starts the hourly deletion of expired rows. */
  public void start() {
    tasks.start();
  }

  /** Brings the tables of this role up to date, for processes that only use some of them. */
  public static void migrate(Database database) {
    database.migrate("auth");
  }

  /** Adds the routes of this role. */
  public void routes(Router router) {
    Authentication authentication = new Authentication(parts.identity());
    new SessionRoutes(parts).on(router);
    new AccountRoutes(parts, authentication).on(router);
    new ApiKeyRoutes(parts).on(router);
  }

  /** Adds the routes that are only for the other services of a cluster. */
  public void serviceRoutes(Router router, ServiceKeys keys) {
    new ServiceRoutes(parts.identity(), keys.verifier()).on(router);
  }

  public Identity identity() {
    return parts.identity();
  }

  public Accounts accounts() {
    return parts.accounts();
  }

  /** The current public keys of access tokens. */
  public KeySet keySet() {
    return keys.known();
  }

  /** Makes a new key. It is published first and signs access tokens two minutes later. */
  public void rotateKeys() {
    keys.rotate();
  }

  /**
   * A secret that creates the first administrator ({@code setupToken} of a sign-up). It works once
   * and for a day. Empty when there is an administrator. For the person who started the server.
   */
  public Optional<Secret> setupToken() {
    return parts.signUps().setupToken();
  }

  /** Who may sign up now. */
  public SignUpSwitch signUpSwitch() {
    return parts.mode();
  }

  /** The invitations of this server. */
  public Invitations invitations() {
    return parts.invitations();
  }

  Parts parts() {
    return parts;
  }

  PasswordHashes hashes() {
    return hashes;
  }

  /**
   * Up after the signing keys have been read once. Whether the database is reachable is the
   * database's own check, because all replicas share the database.
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

  /** The scheduled cleanup. Its failures do not stop sign-ins. */
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

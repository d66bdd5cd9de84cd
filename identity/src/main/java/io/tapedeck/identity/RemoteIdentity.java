package io.tapedeck.identity;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the principal of a token in a process that is not auth. Access tokens are verified here
 * with auth's public keys. The keys are read again every minute and when a token names an unknown
 * key; while auth is away, the last keys are kept. Auth decides whether the session or API key
 * behind a token is still valid, and its answer is cached for half a minute. While auth is away,
 * access tokens are accepted until they expire (15 minutes at most) and API keys are not accepted.
 */
public final class RemoteIdentity implements Identity {
  private static final Duration READ_AGAIN = Duration.ofMinutes(1);
  private static final Duration STRANGERS_PAUSE = Duration.ofSeconds(2);
  private static final Duration BELIEVED = Duration.ofSeconds(30);
  private static final int REMEMBERED = 10_000;

  /** After auth did not answer, it is not asked about access tokens again for this time. */
  private static final Duration AWAY = Duration.ofSeconds(5);

  private final ServiceClient auth;
  private final Clock clock;
  private final Jwt.Verifier verifier;
  private final Map<String, Known> principals = new LinkedHashMap<>();
  private volatile Instant awayUntil = Instant.EPOCH;

  /** Auth's answer about a token. */
  private record Known(Principal principal, Instant until) {}

  private record Holder(String account, String role) {
    Principal principal() {
      return new Principal(new AccountId(account), Role.valueOf(role));
    }
  }

  private record SignedIn(String token) {}

  private record Owner(String email, String language) {}

  /**
   * @param auth the client to auth; {@link #close} closes it
   * @param realm the issuer and audience of access tokens
   */
  public RemoteIdentity(ServiceClient auth, Jwt.Realm realm, Clock clock) {
    this.auth = auth;
    this.clock = clock;
    verifier = new Jwt.Verifier(realm, new PublishedKeys(), clock);
  }

  @Override
  public Principal verify(Secret token) {
    if (!isJwt(token)) {
      return holder(token);
    }
    Jwt jwt = verifier.verify(token);
    if (!clock.instant().isBefore(awayUntil)) {
      try {
        return holder(token);
      } catch (Outage e) {
        awayUntil = clock.instant().plus(AWAY);
      }
    }
    String role = jwt.claims().getOrDefault("role", "user").toUpperCase(Locale.ROOT);
    return new Principal(new AccountId(jwt.subject()), Role.valueOf(role));
  }

  private static boolean isJwt(Secret token) {
    return token.reveal().chars().filter(c -> c == '.').count() == 2;
  }

  private Principal holder(Secret token) {
    String print = fingerprint(token);
    Instant now = clock.instant();
    synchronized (principals) {
      Known known = principals.get(print);
      if (known != null && now.isBefore(known.until())) {
        return known.principal();
      }
    }
    Principal principal =
        auth.post("/internal/callers", Map.of("token", token.reveal()), Holder.class).principal();
    synchronized (principals) {
      principals.values().removeIf(known -> !now.isBefore(known.until()));
      if (principals.size() < REMEMBERED) {
        principals.put(print, new Known(principal, now.plus(BELIEVED)));
      }
    }
    return principal;
  }

  private static String fingerprint(Secret token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(token.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public Secret signIn(String email, Secret password, String from) {
    SignedIn said =
        auth.post(
            "/internal/sign-ins",
            Map.of("email", email, "password", password.reveal(), "from", from),
            SignedIn.class);
    return new Secret(said.token());
  }

  @Override
  public Optional<Person> person(AccountId account) {
    return auth.get("/internal/people/" + account.value(), Owner.class)
        .map(said -> new Person(account, said.email(), Locale.forLanguageTag(said.language())));
  }

  /** Up as long as tokens can be verified. This is possible for a time while auth is away. */
  @Override
  public Health check() {
    try {
      verifier.keys().known();
      return Health.up();
    } catch (Outage | Refusal e) {
      return Health.down("auth's public keys were never read: " + e.problem().detail());
    }
  }

  @Override
  public void close() {
    auth.close();
  }

  /** Auth's public keys as they were last read. */
  private final class PublishedKeys implements Jwt.Keys {
    private record Read(KeySet keys, Instant at) {}

    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Read last;

    @Override
    public KeySet known() {
      return recent(READ_AGAIN);
    }

    @Override
    public KeySet renewed() {
      return recent(STRANGERS_PAUSE);
    }

    private KeySet recent(Duration old) {
      Read here = last;
      if (here != null && clock.instant().isBefore(here.at().plus(old))) {
        return here.keys();
      }
      reading.lock();
      try {
        here = last;
        Instant now = clock.instant();
        if (here == null || !now.isBefore(here.at().plus(old))) {
          here = new Read(read(here), now);
          last = here;
        }
        return here.keys();
      } finally {
        reading.unlock();
      }
    }

    private KeySet read(@Nullable Read before) {
      try {
        return auth.getText("/.well-known/jwks.json")
            .map(KeySet::read)
            .orElseThrow(() -> new Outage("auth publishes no keys", null));
      } catch (Outage e) {
        if (before == null) {
          throw e;
        }
        return before.keys();
      }
    }
  }
}

package io.tapedeck.auth;

import io.tapedeck.core.Secret;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.KeySet;
import io.tapedeck.identity.SigningKey;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys by which the processes of a cluster know each other. Each makes its own when it starts,
 * keeps the private half in memory only, and publishes the other in the database they all share;
 * there is nothing to set up and nothing to rotate. A key is known until {@link #KEPT} after its
 * process was last seen, as events it signed may wait that long.
 */
public final class ServiceKeys implements Jwt.Keys {
  /** Whom services' tokens are from and for; no access token is good there, nor the reverse. */
  public static final Jwt.Realm REALM = new Jwt.Realm("tapedeck-services", "tapedeck-services");

  /** How long a dead process' signatures are good; events are signed for no longer. */
  public static final Duration KEPT = Duration.ofDays(2);

  private static final Duration REQUEST = Duration.ofMinutes(1);
  private static final Duration READ_AGAIN = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(ServiceKeys.class);

  private final Database database;
  private final String service;
  private final Clock clock;
  private final SigningKey own = SigningKey.generate();
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Known known;

  private record Known(KeySet keys, Instant read) {}

  private ServiceKeys(Database database, String service, Clock clock) {
    this.database = database;
    this.service = service;
    this.clock = clock;
  }

  /**
   * Makes this process' key and publishes it.
   *
   * @param service which service this is, such as {@code converter}
   */
  public static ServiceKeys open(Database database, String service, Clock clock) {
    Auth.migrate(database);
    ServiceKeys keys = new ServiceKeys(database, service, clock);
    keys.known();
    return keys;
  }

  /** Signs as this process. */
  public Jwt.Signer signer() {
    return new Jwt.Signer(REALM, () -> own, clock);
  }

  /** Knows what any of our processes signed. */
  public Jwt.Verifier verifier() {
    return new Jwt.Verifier(REALM, this, clock);
  }

  /** Which service this is. */
  public String service() {
    return service;
  }

  /** A token for one request to another service, good for a minute. */
  public Secret token() {
    return signer().sign(service, REQUEST, Map.of());
  }

  /**
   * A process may have started a moment ago. Only services reach what asks this, and it is one
   * small query, so nobody has to wait.
   */
  @Override
  public KeySet renewed() {
    known();
    reading.lock();
    try {
      KeySet fresh = published();
      known = new Known(fresh, known == null ? clock.instant() : known.read());
      return fresh;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public KeySet known() {
    Known here = known;
    if (here != null && clock.instant().isBefore(here.read().plus(READ_AGAIN))) {
      return here.keys();
    }
    reading.lock();
    try {
      here = known;
      Instant now = clock.instant();
      if (here == null || !now.isBefore(here.read().plus(READ_AGAIN))) {
        here = new Known(read(here, now), now);
        known = here;
      }
      return here.keys();
    } finally {
      reading.unlock();
    }
  }

  /** Says that we live, and reads who else does; what was read before stands while that fails. */
  private KeySet read(@Nullable Known before, Instant now) {
    try {
      database.write(handle -> {
        handle.execute("DELETE FROM service_keys WHERE id = ?", own.id());
        handle.execute(
            "DELETE FROM service_keys WHERE seen_at < ?", now.minus(KEPT).toEpochMilli());
        return handle.execute(
            "INSERT INTO service_keys (id, service, jwks, seen_at) VALUES (?, ?, ?, ?)",
            own.id(),
            service,
            KeySet.of(List.of(own)).json(),
            now.toEpochMilli());
      });
      return published();
    } catch (RuntimeException e) {
      if (before == null) {
        throw e;
      }
      LOG.atWarn().setCause(e).log("the services' keys could not be read; those known go on");
      return before.keys();
    }
  }

  private KeySet published() {
    return KeySet.union(
        database.read(handle ->
            handle
                .createQuery("SELECT jwks FROM service_keys")
                .map((row, context) -> KeySet.read(row.getString(1)))
                .list()));
  }
}

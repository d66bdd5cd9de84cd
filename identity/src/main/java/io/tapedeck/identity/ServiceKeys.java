package io.tapedeck.identity;

import io.tapedeck.core.Component;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Schedule;
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
 * The keys with which the processes of a cluster authenticate each other. Each process makes its
 * own key at start, keeps the private key only in memory, and publishes the public key in the
 * shared database. No setup and no rotation are needed. Every five minutes a process writes a
 * heartbeat, also when it is idle. Its key stays known for {@link #KEPT} after the last heartbeat,
 * because events that it signed may wait that long.
 */
public final class ServiceKeys implements Jwt.Keys, Component {
  /**
   * The issuer and audience of service tokens. Access tokens are not valid here, nor the reverse.
   */
  public static final Jwt.Realm REALM = new Jwt.Realm("tapedeck-services", "tapedeck-services");

  /** How long the signatures of a dead process are valid. Events are not signed for longer. */
  public static final Duration KEPT = Duration.ofDays(2);

  private static final Duration REQUEST = Duration.ofMinutes(1);
  private static final Duration READ_AGAIN = Duration.ofMinutes(1);
  private static final Duration SEEN_AGAIN = Duration.ofMinutes(5);
  private static final Logger LOG = LoggerFactory.getLogger(ServiceKeys.class);

  private final Database database;
  private final String service;
  private final Clock clock;
  private final SigningKey own = SigningKey.generate();
  private final ReentrantLock reading = new ReentrantLock();
  private final Schedule tasks;
  private volatile @Nullable Known known;

  private record Known(KeySet keys, Instant read) {}

  private ServiceKeys(Database database, String service, Clock clock) {
    this.database = database;
    this.service = service;
    this.clock = clock;
    tasks = new Schedule(clock);
    tasks.every("service-key", SEEN_AGAIN, SEEN_AGAIN, this::sayThatWeLive);
  }

  /**
   * Makes and publishes the key of this process. The tables of auth, to which the keys belong, must
   * be up to date.
   *
   * @param service the name of this service, such as {@code converter}
   */
  public static ServiceKeys open(Database database, String service, Clock clock) {
    ServiceKeys keys = new ServiceKeys(database, service, clock);
    keys.sayThatWeLive();
    keys.known();
    return keys;
  }

  /** Starts the heartbeat of this process. */
  public void start() {
    tasks.start();
  }

  /** The scheduled heartbeat; for tests that control the clock. */
  public Schedule tasks() {
    return tasks;
  }

  /** Signs as this process. */
  public Jwt.Signer signer() {
    return new Jwt.Signer(REALM, () -> own, clock);
  }

  /** Verifies signatures of every process of the cluster. */
  public Jwt.Verifier verifier() {
    return new Jwt.Verifier(REALM, this, clock);
  }

  /** The name of this service. */
  public String service() {
    return service;
  }

  /** A token for one request to another service, valid for one minute. */
  public Secret token() {
    return signer().sign(service, REQUEST, Map.of());
  }

  /**
   * Always reads the database, because a process may have started a moment ago. Only services reach
   * the callers of this method, and the query is small, so there is no minimum pause.
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
        here = new Known(published(here), now);
        known = here;
      }
      return here.keys();
    } finally {
      reading.unlock();
    }
  }

  private void sayThatWeLive() {
    Instant now = clock.instant();
    database.write(handle -> {
      handle.execute("DELETE FROM service_keys WHERE id = ?", own.id());
      handle.execute("DELETE FROM service_keys WHERE seen_at < ?", livesSince(now));
      return handle.execute(
          "INSERT INTO service_keys (id, service, jwks, seen_at) VALUES (?, ?, ?, ?)",
          own.id(),
          service,
          KeySet.of(List.of(own)).json(),
          now.toEpochMilli());
    });
  }

  private static long livesSince(Instant now) {
    return now.minus(KEPT).toEpochMilli();
  }

  /** The keys of live processes. If they cannot be read, the keys read before stay valid. */
  private KeySet published(@Nullable Known before) {
    try {
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
                .select(
                    "SELECT jwks FROM service_keys WHERE seen_at >= ?", livesSince(clock.instant()))
                .map((row, context) -> KeySet.read(row.getString(1)))
                .list()));
  }

  /** Down when the heartbeat of this process cannot be written. */
  @Override
  public Health check() {
    return tasks.check();
  }

  @Override
  public void close() {
    tasks.close();
  }
}

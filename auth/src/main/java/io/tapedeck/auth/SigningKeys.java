package io.tapedeck.auth;

import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.KeySet;
import io.tapedeck.identity.SigningKey;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that sign access tokens. The database keeps them for all replicas. Old keys are
 * replaced: a new key is published first and signs {@link #PUBLISHED_AHEAD} later. An old key stays
 * published until the last token it signed has expired.
 */
final class SigningKeys implements Jwt.Keys {
  /** Twice the time for which a process uses the keys it last read. */
  static final Duration PUBLISHED_AHEAD = Duration.ofMinutes(2);

  private static final Duration READ_AGAIN = Duration.ofMinutes(1);
  private static final Duration STRANGERS_PAUSE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

  private final Database database;
  private final AuthSettings settings;
  private final Clock clock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable Known known;

  /**
   * @param open whether it is stored without the seal that there is now
   */
  private record Kept(SigningKey key, Instant created, boolean open) {}

  /** The keys that were last read. */
  private record Known(SigningKey signing, KeySet published, Instant read) {}

  SigningKeys(Database database, AuthSettings settings, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
  }

  /** The key that signs now. */
  SigningKey signing() {
    return recent(READ_AGAIN).signing();
  }

  @Override
  public KeySet known() {
    return recent(READ_AGAIN).published();
  }

  @Override
  public KeySet renewed() {
    return recent(STRANGERS_PAUSE).published();
  }

  /**
   * Returns at once if the keys were read before; otherwise reads them.
   *
   * @throws io.tapedeck.core.Outage when the keys were never read and cannot be read now
   */
  void requireRead() {
    if (known == null) {
      recent(READ_AGAIN);
    }
  }

  /** Makes a new key now, for example because others may have seen an old key. */
  void rotate() {
    Instant now = clock.instant();
    database.write(handle -> insert(handle, now));
    known = null;
  }

  private Known recent(Duration old) {
    Known here = known;
    if (here != null && clock.instant().isBefore(here.read().plus(old))) {
      return here;
    }
    reading.lock();
    try {
      here = known;
      Instant now = clock.instant();
      if (here == null || !now.isBefore(here.read().plus(old))) {
        here = read(now);
        known = here;
      }
      return here;
    } finally {
      reading.unlock();
    }
  }

  private Known read(Instant now) {
    List<Kept> keys = kept();
    if (keys.isEmpty() || now.isAfter(keys.getFirst().created().plus(settings.keyLife()))) {
      database.write(handle -> insert(handle, now));
      keys = kept();
    }
    Kept signing =
        keys.stream()
            .filter(key -> !now.isBefore(key.created().plus(PUBLISHED_AHEAD)))
            .findFirst()
            .orElse(keys.getLast());
    seal(keys);
    forgetOld(signing, now);
    return new Known(signing.key(), KeySet.of(keys.stream().map(Kept::key).toList()), now);
  }

  /** All keys, newest first. */
  private List<Kept> kept() {
    return database.read(handle ->
        handle
            .createQuery("SELECT jwk, created_at FROM signing_keys ORDER BY created_at DESC, id")
            .map((row, context) ->
                new Kept(
                    SigningKey.read(settings.seal().opened(row.getString(1))),
                    Instant.ofEpochMilli(row.getLong(2)),
                    settings.seal().isOpen(row.getString(1))))
            .list());
  }

  /** Seals keys that were stored before there was a secret. */
  private void seal(List<Kept> keys) {
    for (Kept kept : keys) {
      if (kept.open()) {
        String sealed = settings.seal().sealed(kept.key().jwk());
        database.write(handle ->
            handle.execute(
                "UPDATE signing_keys SET jwk = ? WHERE id = ?", sealed, kept.key().id()));
      }
    }
  }

  /** Deletes replaced keys after the last token that they signed has expired. */
  private void forgetOld(Kept signing, Instant now) {
    Instant lastUse = signing.created().plus(PUBLISHED_AHEAD).plus(READ_AGAIN);
    if (now.isAfter(lastUse.plus(settings.accessLife()).plus(PUBLISHED_AHEAD))) {
      database.write(handle ->
          handle.execute(
              "DELETE FROM signing_keys WHERE created_at < ?", signing.created().toEpochMilli()));
    }
  }

  private int insert(org.jdbi.v3.core.Handle handle, Instant now) {
    SigningKey key = SigningKey.generate();
    LOG.atInfo().addKeyValue("key", key.id()).log("a new key for tokens was made");
    return handle.execute(
        "INSERT INTO signing_keys (id, jwk, created_at) VALUES (?, ?, ?)",
        key.id(),
        settings.seal().sealed(key.jwk()),
        now.toEpochMilli());
  }
}

package io.tapedeck.gateway;

import io.tapedeck.core.Secret;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadLimits;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of the public edge, and how long it keeps things.
 *
 * @param uploads the limits on uploads
 * @param chunk the advised bytes per request of a resumable upload; below the 100 MB limit of
 *     public proxies
 * @param publicUrl how clients reach this server, without a slash at the end; if empty, the address
 *     in each request is used
 * @param heartbeat time between heartbeats on an idle event stream
 * @param streamAge after this time an event stream ends; its client reconnects and signs in again
 */
public record GatewaySettings(
    UploadLimits uploads,
    long chunk,
    Keeping keeping,
    LinkSettings links,
    Optional<URI> publicUrl,
    Duration heartbeat,
    Duration streamAge) {
  public GatewaySettings {
    if (chunk < 1) {
      throw new IllegalArgumentException("a chunk has at least 1 byte");
    }
  }

  /** The default settings: generous to people, strict about disk space. */
  public static GatewaySettings defaults(Secret linkKey) {
    return new GatewaySettings(
        new UploadLimits(50L << 30, 1L << 30, Quota.DEFAULT),
        32L << 20,
        Keeping.DEFAULT,
        new LinkSettings(linkKey, Duration.ofHours(24), Duration.ofDays(7)),
        Optional.empty(),
        Duration.ofSeconds(15),
        Duration.ofMinutes(15));
  }

  /**
   * How long things are kept.
   *
   * @param openUpload after this time without new bytes, an upload is deleted
   * @param idempotencyKey how long a key is remembered; at least 24 hours
   * @param conversion how long a conversion and its MP3 are kept
   */
  public record Keeping(Duration openUpload, Duration idempotencyKey, Duration conversion) {
    public static final Keeping DEFAULT =
        new Keeping(Duration.ofHours(24), Duration.ofHours(48), Duration.ofDays(7));

    /** The longest life of an upload that has no byte yet. */
    private static final Duration BARE = Duration.ofMinutes(10);

    public Keeping {
      if (idempotencyKey.compareTo(Duration.ofHours(24)) < 0) {
        throw new IllegalArgumentException(
            "an Idempotency-Key is kept for at least 24 hours, not " + idempotencyKey);
      }
    }

    /** How long an upload is kept that has no byte yet. */
    Duration bareUpload() {
      return openUpload.compareTo(BARE) < 0 ? openUpload : BARE;
    }
  }

  /**
   * Signed links.
   *
   * @param key signs the links; at least 32 characters, the same on all replicas
   * @param byDefault how long a link works by default
   * @param longest the longest time that a client may ask for
   */
  public record LinkSettings(Secret key, Duration byDefault, Duration longest) {
    private static final int SHORTEST_KEY = 32;

    public LinkSettings {
      if (key.reveal().length() < SHORTEST_KEY) {
        throw new IllegalArgumentException("the key has at least " + SHORTEST_KEY + " characters");
      }
    }
  }
}

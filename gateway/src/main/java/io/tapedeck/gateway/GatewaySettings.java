package io.tapedeck.gateway;

import io.tapedeck.core.Secret;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadLimits;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What the public edge allows, and for how long it keeps things.
 *
 * @param uploads what is let in
 * @param chunk bytes per request that clients of resumable uploads are advised to send; below the
 *     100 MB that public proxies cut at
 * @param publicUrl how clients reach this server, without a slash at the end; empty to believe each
 *     request
 * @param heartbeat between signs of life on an idle event stream
 * @param streamAge after which an event stream ends and its client comes back, signed in anew
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

  /** What holds when nothing is configured: generous to people, firm on the disk. */
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
   * @param openUpload after which an upload that gets no bytes is deleted
   * @param idempotencyKey how long a key is remembered; at least 24 hours
   * @param conversion a conversion and its MP3
   */
  public record Keeping(Duration openUpload, Duration idempotencyKey, Duration conversion) {
    public static final Keeping DEFAULT =
        new Keeping(Duration.ofHours(24), Duration.ofHours(48), Duration.ofDays(7));

    public Keeping {
      if (idempotencyKey.compareTo(Duration.ofHours(24)) < 0) {
        throw new IllegalArgumentException(
            "an Idempotency-Key is kept for at least 24 hours, not " + idempotencyKey);
      }
    }
  }

  /**
   * Signed links.
   *
   * @param key signs them; at least 32 characters, the same on all replicas
   * @param byDefault how long one works when its maker does not say
   * @param longest the longest that its maker may ask for
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

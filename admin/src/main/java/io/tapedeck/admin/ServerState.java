package io.tapedeck.admin;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.sql.Database;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an administrator asks first: does all of it work, what waits, and is there room. */
public final class ServerState {
  /** Longer queues are counted up to here. */
  static final int COUNTED = 1000;

  private final String version;
  private final Ledger ledger;
  private final BlobStore blobs;
  private final DeadLetters dead;
  private final Database database;
  private final UploadLimits limits;
  private final Duration retention;
  private final Clock clock;

  /**
   * @param retention how long a conversion and its MP3 are kept
   */
  public ServerState(
      String version,
      Ledger ledger,
      BlobStore blobs,
      DeadLetters dead,
      Database database,
      UploadLimits limits,
      Duration retention,
      Clock clock) {
    this.version = version;
    this.ledger = ledger;
    this.blobs = blobs;
    this.dead = dead;
    this.database = database;
    this.limits = limits;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * All of it. Sizes are bytes, times seconds.
   *
   * @param parts the parts of the process that answers
   * @param processes of a cluster; empty on one machine
   */
  public record Document(
      String version,
      Instant now,
      Waiting waiting,
      Disk disk,
      Limits limits,
      List<PartState> parts,
      List<ProcessState> processes) {}

  /**
   * What waits.
   *
   * @param queued conversions that wait for a converter, counted up to 1,000
   * @param longestSeconds how long the first of them has waited
   * @param accounts how many accounts they belong to
   * @param converting conversions that run, counted up to 1,000
   * @param deadLetters events that were given up; null while the broker does not answer
   */
  public record Waiting(
      int queued,
      long longestSeconds,
      long accounts,
      int converting,
      @Nullable Integer deadLetters) {}

  /**
   * The store of videos and MP3s.
   *
   * @param free null when the store does not know
   * @param margin that uploads leave free
   */
  public record Disk(@Nullable Long free, long margin) {}

  /** What everybody may have; null is no limit. */
  public record Limits(
      long fileSize,
      @Nullable Long storedBytes,
      @Nullable Long audioSeconds,
      int active,
      int createsPerMinute,
      long retentionSeconds) {}

  /**
   * A part of this process.
   *
   * @param state up or down
   * @param reason why it is down
   */
  public record PartState(String name, String state, @Nullable String reason) {}

  /** A process of a cluster, by its last heartbeat, which comes every five minutes. */
  public record ProcessState(String role, Instant seenAt) {}

  public Document document(Map<String, Health> health) {
    Instant now = clock.instant();
    return new Document(
        version,
        now,
        waiting(now),
        disk(),
        limits(),
        health.entrySet().stream().map(part -> part(part.getKey(), part.getValue())).toList(),
        processes(now));
  }

  private static PartState part(String name, Health health) {
    return switch (health) {
      case Health.Up up -> new PartState(name, "up", null);
      case Health.Down(String reason) -> new PartState(name, "down", reason);
    };
  }

  private Waiting waiting(Instant now) {
    List<Conversion> queued = ledger.queuedBefore(now.plusMillis(1), COUNTED);
    long longest =
        queued.isEmpty() ? 0 : Duration.between(queued.getFirst().changedAt(), now).toSeconds();
    int converting =
        ledger
            .changedBetween(
                Set.of(Kind.CONVERTING), Place.before(Instant.EPOCH), now.plusMillis(1), COUNTED)
            .size();
    return new Waiting(
        queued.size(),
        Math.max(0, longest),
        queued.stream().map(Conversion::owner).distinct().count(),
        converting,
        deadLetters());
  }

  private @Nullable Integer deadLetters() {
    try {
      return dead.list().size();
    } catch (Outage e) {
      return null;
    }
  }

  private Disk disk() {
    OptionalLong room;
    try {
      room = OptionalLong.of(blobs.room());
    } catch (Outage e) {
      room = OptionalLong.empty();
    }
    boolean known = room.isPresent() && room.getAsLong() != Long.MAX_VALUE;
    return new Disk(known ? room.getAsLong() : null, limits.diskMargin());
  }

  private Limits limits() {
    Quota quota = limits.quota();
    return new Limits(
        limits.largestFile(),
        quota.storedBytes() == Quota.NO_LIMIT ? null : quota.storedBytes(),
        quota.audio().compareTo(Quota.NO_AUDIO_LIMIT) >= 0 ? null : quota.audio().toSeconds(),
        quota.active(),
        quota.createsPerMinute(),
        retention.toSeconds());
  }

  /** Processes whose heartbeat came within the last two of its times. */
  private List<ProcessState> processes(Instant now) {
    return database.read(handle ->
        handle
            .select(
                "SELECT service, seen_at FROM service_keys WHERE seen_at >= ? ORDER BY service, id",
                now.minus(Duration.ofMinutes(11)).toEpochMilli())
            .map((row, context) ->
                new ProcessState(row.getString(1), Instant.ofEpochMilli(row.getLong(2))))
            .list());
  }
}

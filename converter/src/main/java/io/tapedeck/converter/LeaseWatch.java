package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Fault;
import io.tapedeck.core.JanitorLedger;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the leases that nobody renews any more. Every replica watches. Freeing is guarded: if
 * several replicas free one lease, one of them succeeds and publishes the event.
 *
 * <p>A lease is abandoned if this watcher has seen it unchanged for as long as its holder asked
 * for. Only times of one clock are compared: the start and the end of the lease are times of the
 * holder's clock, and the time of observation is from the watcher's clock. So the clocks of
 * different hosts may differ by any amount. If the watcher could not look for more than half a
 * lease (the database was not available, or the process was suspended), perhaps no holder could
 * renew either. Then the watcher begins to observe anew.
 */
final class LeaseWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);
  private static final int BATCH = 500;
  private static final int MOST_LEFT = 1000;

  /** Later than any change. */
  private static final Duration EVER = Duration.ofDays(36_500);

  private final int crashes;
  private final JanitorLedger ledger;
  private final BlobStore blobs;
  private final EventBus bus;
  private final InstantSource clock;
  private final BlockingQueue<BlobId> left = new LinkedBlockingQueue<>(MOST_LEFT);
  private Map<ConversionId, Observed> observed = Map.of();
  private Instant looked = Instant.EPOCH;

  /** A lease, and the time since which it has been unchanged. */
  private record Observed(Lease lease, Instant since) {}

  /** A conversion that is being worked on. */
  private record Held(Conversion conversion, Lease lease) {}

  /**
   * @param crashes how many leases of one conversion may expire unrenewed before it fails
   */
  LeaseWatch(
      int crashes, JanitorLedger ledger, BlobStore blobs, EventBus bus, InstantSource clock) {
    this.crashes = crashes;
    this.ledger = ledger;
    this.blobs = blobs;
    this.bus = bus;
    this.clock = clock;
  }

  /** Checks all leases once; cheap, to be called every second or so. */
  synchronized void look() {
    Instant now = clock.instant();
    Duration blind = Duration.between(looked, now);
    Map<ConversionId, Observed> seen = new HashMap<>();
    free(held -> abandoned(held, now, blind, seen));
    observed = seen;
    looked = clock.instant(); // a slow broker must not count as time without a look
  }

  private boolean abandoned(
      Held held, Instant now, Duration blind, Map<ConversionId, Observed> seen) {
    Duration length = Duration.between(held.conversion().changedAt(), held.lease().until());
    Observed last = observed.get(held.conversion().id());
    if (last == null
        || !last.lease().equals(held.lease())
        || blind.isNegative()
        || blind.compareTo(length.dividedBy(2)) > 0) {
      seen.put(held.conversion().id(), new Observed(held.lease(), now));
      return false;
    }
    seen.put(held.conversion().id(), last);
    return Duration.between(last.since(), now).compareTo(length) >= 0;
  }

  /** Frees all leases, for the only machine, whose former process is dead. */
  synchronized void freeAll() {
    free(held -> true);
  }

  /**
   * Works page by page. It publishes after all leases are freed, so that a slow broker delays none.
   */
  private void free(Predicate<Held> wish) {
    List<Conversion> freed = new ArrayList<>();
    Instant end = clock.instant().plus(EVER);
    JanitorLedger.Place place = JanitorLedger.Place.before(Instant.EPOCH);
    try {
      List<Conversion> page;
      do {
        page = ledger.changedBetween(Set.of(Kind.CONVERTING), place, end, BATCH);
        for (Conversion conversion : page) {
          place = JanitorLedger.Place.of(conversion);
          if (conversion.state() instanceof ConversionState.Converting(Lease lease, var progress)
              && wish.test(new Held(conversion, lease))
              && ledger.free(lease, crashes) instanceof Move.Done(Conversion done)) {
            freed.add(done);
            note(done, lease);
          }
        }
      } while (page.size() == BATCH);
    } finally {
      freed.forEach(this::announce);
    }
  }

  private void note(Conversion freed, Lease lease) {
    LOG.atWarn()
        .addKeyValue("conversion", freed.id())
        .addKeyValue("worker", lease.worker())
        .addKeyValue("attempt", lease.attempt())
        .log("lease not renewed; " + freed.state().kind().wire() + " again");
    if (!left.offer(BlobId.mp3(freed.id(), lease.attempt()))) {
      LOG.atWarn().addKeyValue("conversion", freed.id()).log("its bytes go when it expires");
    }
  }

  private void announce(Conversion freed) {
    try {
      Janitor.publish(bus, freed);
    } catch (Fault e) {
      LOG.atWarn()
          .addKeyValue("conversion", freed.id())
          .addKeyValue("problem", e.problem())
          .log("event not published yet; it is tried again");
    }
    bus.tell(new Event.Changed(freed.id(), freed.owner()));
  }

  /**
   * Deletes what the attempts of freed leases left in the store. This is separate from {@link
   * #look()} because the store may be slow. The next call tries again what failed.
   */
  void clear() {
    for (BlobId blob = left.poll(); blob != null; blob = left.poll()) {
      try {
        blobs.discard(blob);
        blobs.delete(blob);
      } catch (Fault e) {
        left.offer(blob);
        throw e;
      }
    }
  }
}

package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts right what a crash, a lost event or the passing of time left behind; one of all replicas at
 * a time. Each step may run twice and none stops the others: what fails is tried in the next round.
 */
public final class Janitor implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
  private static final int BATCH = 500;

  /** Later than any lease ends. */
  private static final Duration EVER = Duration.ofDays(36_500);

  private final JanitorSettings settings;
  private final Ledger ledger;
  private final BlobStore blobs;
  private final EventBus bus;
  private final InstantSource clock;
  private final Sweep sweep;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /** When a Queued conversion's event is due again, and after how long the time after that. */
  private final Map<ConversionId, Again> unheard = new HashMap<>();

  /** Ended conversions whose event was published again, by the moment they changed. */
  private final Map<ConversionId, Instant> reminded = new HashMap<>();

  private Instant sweptAt = Instant.EPOCH;

  /** How old what nobody seems to have heard of must be to be told again in the next round. */
  private Duration patience;

  private @Nullable Thread thread;

  private record Again(Instant queuedAt, Instant due, Duration pause) {}

  public Janitor(
      JanitorSettings settings, Ledger ledger, BlobStore blobs, EventBus bus, InstantSource clock) {
    this.settings = settings;
    this.ledger = ledger;
    this.blobs = blobs;
    this.bus = bus;
    this.clock = clock;
    this.patience = settings.unheard();
    this.sweep = new Sweep(settings, ledger, blobs);
  }

  /** Begins its rounds. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("janitor").start(this::rounds);
  }

  private void rounds() {
    try {
      do {
        round();
      } while (!stopping.await(settings.every().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One round, if the duty is this one's. */
  public synchronized void round() {
    step("duty", this::roundOnDuty);
  }

  private void roundOnDuty() {
    if (!ledger.duty("janitor", settings.worker(), settings.every().multipliedBy(3))) {
      return;
    }
    Instant now = clock.instant();
    step("leases", () -> freeLeases(now));
    Instant until = now.minus(patience);
    patience = settings.unheard();
    step("events", () -> publishUnheard(now, until));
    step("letters", () -> remind(now, until));
    step("retention", () -> expire(now));
    if (!now.isBefore(sweptAt.plus(settings.sweepEvery()))) {
      sweptAt = now;
      step("videos", () -> sweep.run(BlobId.Shelf.VIDEOS, now));
      step("mp3s", () -> sweep.run(BlobId.Shelf.MP3S, now));
      step("forgetting", () -> ledger.forget(now.minus(settings.forgetAfter()), BATCH));
    }
  }

  private static void step(String name, Runnable work) {
    try {
      work.run();
    } catch (Fault e) {
      LOG.atWarn()
          .addKeyValue("step", name)
          .addKeyValue("problem", e.problem())
          .log("the Janitor could not; it tries again in the next round");
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("step", name).setCause(e).log("the Janitor stumbled");
    }
  }

  /**
   * For the start of a machine that is alone, whose former process is dead: frees all leases
   * whatever their end. As that process may have died before it told of what it had written down,
   * the first round tells of all that wait and all that ended lately.
   */
  public synchronized void freeAll() {
    step("leases", () -> freeLeases(clock.instant().plus(EVER)));
    patience = Duration.ZERO;
  }

  private void freeLeases(Instant endedBefore) {
    for (Conversion stale : ledger.staleLeases(endedBefore, BATCH)) {
      if (stale.state() instanceof ConversionState.Converting(Lease lease, var progress)
          && ledger.free(lease, settings.crashes()) instanceof Move.Done(Conversion freed)) {
        LOG.atWarn()
            .addKeyValue("conversion", freed.id())
            .addKeyValue("worker", lease.worker())
            .addKeyValue("attempt", lease.attempt())
            .log("lease ended; " + freed.state().kind().wire() + " again");
        BlobId left = BlobId.mp3(freed.id(), lease.attempt());
        blobs.discard(left);
        blobs.delete(left);
        announce(freed);
        bus.tell(new Event.Changed(freed.id(), freed.owner()));
      }
    }
  }

  /** Publishes the event that belongs to the state. */
  private void announce(Conversion conversion) {
    switch (conversion.state()) {
      case ConversionState.Queued q -> bus.publish(new Event.VideoStored(conversion.id()));
      case ConversionState.Ready r -> bus.publish(new Event.Mp3Ready(conversion.id()));
      case ConversionState.Failed f -> bus.publish(new Event.ConversionFailed(conversion.id()));
      case ConversionState.Converting c -> {}
      case ConversionState.Cancelled c -> {}
      case ConversionState.Expired e -> {}
    }
  }

  private void publishUnheard(Instant now, Instant until) {
    Map<ConversionId, Again> kept = new HashMap<>();
    for (Conversion queued : ledger.queuedBefore(until, BATCH)) {
      Again last = unheard.get(queued.id());
      if (last == null || !last.queuedAt().equals(queued.changedAt())) {
        last = new Again(queued.changedAt(), now, settings.unheard());
      }
      if (!now.isBefore(last.due())) {
        announce(queued);
        Duration pause = last.pause().multipliedBy(2);
        last = new Again(queued.changedAt(), now.plus(pause), pause);
      }
      kept.put(queued.id(), last);
    }
    unheard.clear();
    unheard.putAll(kept);
  }

  private void remind(Instant now, Instant until) {
    Instant from = now.minus(settings.letters());
    for (Conversion ended : ledger.endedBetween(from, until, BATCH)) {
      if (!ended.changedAt().equals(reminded.get(ended.id()))) {
        announce(ended);
        reminded.put(ended.id(), ended.changedAt());
        if (!settings.keepVideos() && ended.state() instanceof ConversionState.Ready) {
          blobs.delete(ended.video().blob());
        }
      }
    }
    Iterator<Instant> moments = reminded.values().iterator();
    while (moments.hasNext()) {
      if (moments.next().isBefore(from)) {
        moments.remove();
      }
    }
  }

  private void expire(Instant now) {
    for (Conversion old : ledger.expiredBefore(now, BATCH)) {
      if (ledger.expire(old.id(), false) instanceof Move.Done) {
        bus.tell(new Event.Stopped(old.id(), old.owner()));
        bus.tell(new Event.Changed(old.id(), old.owner()));
        blobs.delete(old.video().blob());
        if (old.state() instanceof ConversionState.Ready(var mp3)) {
          blobs.delete(mp3.blob());
        }
        LOG.atInfo().addKeyValue("conversion", old.id()).log("expired; its files are deleted");
      }
    }
  }

  @Override
  public Health check() {
    return stopping.getCount() == 0 ? Health.down("stopping") : Health.up();
  }

  @Override
  public void close() {
    stopping.countDown();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}

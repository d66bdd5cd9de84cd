package io.tapedeck.converter;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.JanitorLedger;
import io.tapedeck.core.Move;
import io.tapedeck.tasks.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs what a crash, a lost event or the passing of time left behind. One of all replicas works
 * at a time. Each step may run twice, and a failed step does not stop the others: it is tried again
 * in the next round.
 */
public final class Janitor implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
  private static final int BATCH = 500;

  /**
   * The time between two checks for abandoned leases; it adds to the delay after a converter is
   * killed.
   */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /**
   * Each walk publishes after twice the wait of the one before; the last reaches beyond a month.
   */
  private static final int DOUBLINGS = 16;

  private final JanitorSettings settings;
  private final JanitorLedger ledger;
  private final BlobStore blobs;
  private final EventBus bus;
  private final InstantSource clock;
  private final Sweep sweep;
  private final LeaseWatch leases;
  private final Schedule tasks;

  /** What has been published again; null while another replica has the duty. */
  private @Nullable Retold retold;

  private Instant sweptAt = Instant.EPOCH;

  /**
   * The age at which the next round publishes an event again, because nobody seems to have received
   * it.
   */
  private Duration patience;

  /**
   * How far each walk through the conversions has come.
   *
   * @param waiting conversions Queued for one, three, seven, … times {@link
   *     JanitorSettings.Unheard#waiting()}
   * @param ended conversions whose e-mails are perhaps not written
   * @param converted conversions whose videos are perhaps not deleted
   */
  private record Retold(List<Republisher> waiting, Republisher ended, Republisher converted) {}

  public Janitor(
      JanitorSettings settings,
      JanitorLedger ledger,
      BlobStore blobs,
      EventBus bus,
      InstantSource clock) {
    this.settings = settings;
    this.ledger = ledger;
    this.blobs = blobs;
    this.bus = bus;
    this.clock = clock;
    this.patience = settings.unheard().waiting();
    this.sweep = new Sweep(settings, ledger, blobs);
    this.leases = new LeaseWatch(settings.crashes(), ledger, blobs, bus, clock);
    this.tasks = new Schedule(clock);
    tasks.every("janitor-leases", Duration.ZERO, LOOK, leases::look);
    tasks.every("janitor", Duration.ZERO, settings.every().round(), this::round);
  }

  /** Starts the rounds. */
  public void start() {
    tasks.start();
  }

  /**
   * Checks once for abandoned leases. Every replica does this, because the replica with the duty
   * may have died together with a converter.
   */
  void look() {
    tasks.step("leases", leases::look);
  }

  /** Does one round if this replica has the duty. */
  public synchronized void round() {
    tasks.step("leftovers", leases::clear);
    tasks.step("duty", this::roundOnDuty);
  }

  private void roundOnDuty() {
    if (!ledger.duty("janitor", settings.worker(), settings.every().round().multipliedBy(3))) {
      retold = null;
      return;
    }
    Instant now = clock.instant();
    Instant until = now.minus(patience);
    patience = settings.unheard().waiting();
    Retold walks = retold == null ? begin(now) : retold;
    retold = walks;
    tasks.step("events", () -> publishUnheard(walks.waiting(), now, until));
    tasks.step("e-mails", () -> walks.ended().until(until, ended -> publish(bus, ended)));
    tasks.step("converted videos", () -> deleteVideos(walks.converted(), until));
    tasks.step("retention", () -> expire(now));
    if (!now.isBefore(sweptAt.plus(settings.every().sweep()))) {
      sweptAt = now;
      tasks.step("videos", () -> sweep.run(BlobId.Bucket.VIDEOS, now));
      tasks.step("mp3s", () -> sweep.run(BlobId.Bucket.MP3S, now));
      tasks.step("forgetting", () -> forget(now.minus(settings.grace().expired())));
    }
  }

  /**
   * For the start of the only machine, whose former process is dead: frees all leases, even if they
   * have not expired. The former process may have died before it published its last events. So the
   * first round publishes the events of all waiting and all recently ended conversions again.
   */
  public synchronized void freeAll() {
    tasks.step("leases", leases::freeAll);
    tasks.step("leftovers", leases::clear);
    patience = Duration.ZERO;
  }

  /** Publishes the event that belongs to the state of the conversion. */
  static void publish(EventBus bus, Conversion conversion) {
    switch (conversion.state()) {
      case ConversionState.Queued q -> bus.publish(new Event.VideoStored(conversion.id()));
      case ConversionState.Ready r -> bus.publish(new Event.Mp3Ready(conversion.id()));
      case ConversionState.Failed f -> bus.publish(new Event.ConversionFailed(conversion.id()));
      case ConversionState.Converting c -> {}
      case ConversionState.Cancelled c -> {}
      case ConversionState.Expired e -> {}
    }
  }

  /**
   * Begins with all waiting conversions, however old, and with those that ended recently: perhaps
   * their events were not published while no Janitor had the duty.
   */
  private Retold begin(Instant now) {
    Set<Kind> queued = Set.of(Kind.QUEUED);
    List<Republisher> waiting = new ArrayList<>();
    waiting.add(new Republisher(ledger, queued, Instant.EPOCH));
    for (int i = 1; i < DOUBLINGS; i++) {
      waiting.add(new Republisher(ledger, queued, now.minus(age(i))));
    }
    Instant from = now.minus(settings.unheard().ended());
    return new Retold(
        waiting,
        new Republisher(ledger, Set.of(Kind.READY, Kind.FAILED), from),
        new Republisher(ledger, Set.of(Kind.READY), from));
  }

  /**
   * The age at which the event of a waiting conversion is published again; each pause is twice as
   * long.
   */
  private Duration age(int doublings) {
    return settings.unheard().waiting().multipliedBy((2L << doublings) - 1);
  }

  private void publishUnheard(List<Republisher> waiting, Instant now, Instant first) {
    for (int i = 0; i < waiting.size(); i++) {
      Instant until = i == 0 ? first : now.minus(age(i));
      waiting.get(i).until(until, queued -> publish(bus, queued));
    }
  }

  private void deleteVideos(Republisher converted, Instant until) {
    if (!settings.keepVideos()) {
      converted.until(until, ready -> blobs.delete(ready.video().blob()));
    }
  }

  private void expire(Instant now) {
    List<Conversion> page;
    do {
      page = ledger.expiredBefore(now, BATCH);
      page.forEach(this::expire);
    } while (page.size() == BATCH);
  }

  private void expire(Conversion old) {
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

  private void forget(Instant moment) {
    while (ledger.forget(moment, BATCH) == BATCH) {
      // Deletes the next batch.
    }
  }

  @Override
  public Health check() {
    return tasks.check();
  }

  /** Waits for the running check and round; a round ends early, between two of its steps. */
  @Override
  public void close() {
    tasks.close();
  }
}

package io.tapedeck.converter;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConverterLedger;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Move;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.tasks.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes the events of stored videos and converts videos, as many at a time as the settings
 * allow. An event says only that there is work: the ledger says whose turn it is. The delivery of
 * an event stays unacknowledged, and its thread works, until the event's own conversion no longer
 * waits. So each waiting conversion has an event that comes, and there is an event for each free
 * place. The lease in the ledger protects the work meanwhile.
 */
public final class Converter implements Component, EventBus.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Converter.class);
  private static final Duration TICK = Duration.ofMillis(250);

  /** The longest delay that a lost notice can cause for a conversion that may begin. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ConverterSettings settings;
  private final Extractor extractor;
  private final ConverterLedger ledger;
  private final BlobStore blobs;
  private final EventBus bus;
  private final Map<ConversionId, Job> jobs = new ConcurrentHashMap<>();
  private final Places places;
  private final DiskSpace room;
  private final LastProblems troubles = new LastProblems();
  private final ReadyConsumer videos;
  private final List<EventBus.Subscription> subscriptions = new ArrayList<>();
  private final Schedule tasks;
  private final Object ticking = new Object();
  private volatile boolean stopping;

  public Converter(
      ConverterSettings settings,
      Extractor extractor,
      ConverterLedger ledger,
      BlobStore blobs,
      EventBus bus) {
    this.settings = settings;
    this.extractor = extractor;
    this.ledger = ledger;
    this.blobs = blobs;
    this.bus = bus;
    room =
        new DiskSpace(blobs, settings.scratch(), settings.diskMargin(), settings.largestScratch());
    places = new Places(settings.parallel());
    int atOnce = settings.parallel() + settings.newcomers();
    videos = new ReadyConsumer(extractor, () -> bus.consume(EventBus.Queue.VIDEO, atOnce, this));
    tasks = new Schedule(extractor.clock());
    tasks.every("converter-watch", TICK, TICK, this::tick);
    tasks.every("converter-programs", Duration.ZERO, TICK, videos::look);
  }

  /** The cage of the child processes; down while it lacks a part that can hold everywhere. */
  public Component cage() {
    return new CageHealth(extractor.ffmpeg().cage());
  }

  /** Empties the scratch folder and starts; consumes videos once they can be converted. */
  public synchronized void start() {
    Scratch.empty(settings.scratch());
    subscriptions.add(bus.listen(this::hear));
    tasks.start();
  }

  @Override
  public EventBus.Verdict handle(Event.Work event) {
    ConversionId hint = event.conversion();
    try (Places.Place place = places.take()) {
      while (!stopping && videos.fit()) {
        int signals = places.signals();
        Optional<Conversion> next = next(hint, place.isForNewcomers());
        EventBus.Verdict verdict = next.map(this::convert).orElse(EventBus.Verdict.RETRY);
        if (next.isPresent() && next.get().id().equals(hint)) {
          return verdict;
        }
        next.filter(other -> verdict == EventBus.Verdict.RETRY).ifPresent(this::publishAgain);
        if (!isQueued(hint)) {
          return EventBus.Verdict.ACK;
        }
        if (verdict == EventBus.Verdict.RETRY) {
          places.await(signals, LOOK);
        }
      }
      return EventBus.Verdict.RETRY;
    }
  }

  /**
   * Claims the conversion that has the next turn. If there is none, an ordinary place takes the
   * event's own conversion: one that waits for its own event has no turn.
   */
  private Optional<Conversion> next(ConversionId hint, boolean newcomer) {
    Optional<Conversion> next = ledger.claimNext(settings.worker(), settings.lease(), newcomer);
    return next.isEmpty()
            && !newcomer
            && ledger.claim(hint, settings.worker(), settings.lease())
                instanceof Move.Done(Conversion own)
        ? Optional.of(own)
        : next;
  }

  private boolean isQueued(ConversionId id) {
    return ledger.find(id).filter(now -> now.state() instanceof ConversionState.Queued).isPresent();
  }

  /** Another event than its own brought the conversion here; from now on its own one does. */
  private void publishAgain(Conversion handedBack) {
    if (isQueued(handedBack.id())) {
      try {
        bus.publish(new Event.VideoStored(handedBack.id()));
      } catch (Outage e) {
        LOG.atWarn()
            .addKeyValue("conversion", handedBack.id())
            .addKeyValue("problem", e.problem())
            .log("event not published yet; it is tried again");
      }
    }
  }

  private EventBus.Verdict convert(Conversion claimed) {
    if (!(claimed.state() instanceof ConversionState.Converting(var lease, var progress))) {
      throw new IllegalStateException("claimed, and yet " + claimed.state());
    }
    Job job = new Job(settings, extractor, ledger, blobs, bus, room, claimed, lease, threads());
    jobs.put(claimed.id(), job);
    try {
      if (stopping) {
        job.halt(Stopped.Why.STOPPING);
      }
      EventBus.Verdict verdict = job.run();
      job.trouble().ifPresent(cause -> note(claimed.id(), cause));
      if (verdict == EventBus.Verdict.ACK) {
        troubles.remove(claimed.id());
      }
      return verdict;
    } catch (Outage e) {
      // The ledger or the store is not available. The lease expires, and the Janitor queues the
      // conversion again.
      note(claimed.id(), job.trouble().orElse(e));
      return EventBus.Verdict.RETRY;
    } finally {
      jobs.remove(claimed.id(), job);
    }
  }

  /**
   * Logs one line for an Outage; for an unforeseen error the whole stack trace, once per
   * conversion.
   */
  private void note(ConversionId id, Throwable cause) {
    Problem problem = cause instanceof Fault fault ? fault.problem() : Job.CRASHED;
    boolean again = troubles.note(id, problem).filter(problem::equals).isPresent();
    if (cause instanceof Outage) {
      videos.doubt();
      LOG.atWarn()
          .addKeyValue("conversion", id)
          .addKeyValue("problem", problem)
          .log("not converted for a fault of ours; tried again later");
    } else {
      LOG.atError()
          .addKeyValue("conversion", id)
          .setCause(again ? null : cause)
          .log("an unforeseen error; a strike against the conversion");
    }
  }

  /** Encoder threads for one more conversion: all cores if it is alone, else its share of them. */
  private int threads() {
    int active = jobs.size() + 1;
    return Math.max(1, (settings.cores() + active - 1) / active);
  }

  /** A delivery that failed too often: the conversion fails with its last known problem. */
  @Override
  public void dead(Event.Work event) {
    Problem last = troubles.remove(event.conversion());
    Problem problem =
        last != null
            ? last
            : new Problem(Code.CONVERTER_CRASHED, "it was tried several times, each in vain");
    if (ledger.giveUp(event.conversion(), problem) instanceof Move.Done(Conversion failed)) {
      LOG.atWarn()
          .addKeyValue("conversion", failed.id())
          .addKeyValue("problem", problem)
          .log("given up; failed");
      bus.publish(new Event.ConversionFailed(failed.id()));
      bus.tell(new Event.Changed(failed.id(), failed.owner()));
    }
  }

  private void hear(Event.Notice notice) {
    if (notice instanceof Event.Changed) {
      places.signal();
    }
    if (notice instanceof Event.Stopped(ConversionId id, var owner)) {
      Job job = jobs.get(id);
      if (job != null) {
        job.halt(Stopped.Why.CANCELLED);
      }
    }
  }

  /** Checks all running conversions: stalls, leases to renew, progress to write down. */
  void tick() {
    synchronized (ticking) {
      tickAll();
    }
  }

  /** Renews all leases first: no message may delay a renewal. */
  private void tickAll() {
    List<Job> changed = new ArrayList<>();
    for (Job job : jobs.values()) {
      try {
        if (job.tick()) {
          changed.add(job);
        }
      } catch (Fault e) {
        LOG.atWarn()
            .addKeyValue("conversion", job.id())
            .addKeyValue("problem", e.problem())
            .log("lease not renewed; tried again in a moment");
      } catch (Throwable e) { // whatever the error is, the other leases are renewed
        LOG.atWarn()
            .addKeyValue("conversion", job.id())
            .setCause(e)
            .log("progress not written; tried again");
      }
    }
    changed.forEach(Job::tellChanged);
  }

  /** The number of conversions that run here now. */
  public int active() {
    return jobs.size();
  }

  @Override
  public Health check() {
    return stopping ? Health.down("stopping") : Health.of(Stream.of(videos.check(), tasks.check()));
  }

  /**
   * Hands back the running conversions, so that another converter takes them at once, and stops.
   */
  @Override
  public synchronized void close() {
    stopping = true;
    places.signal();
    jobs.values().forEach(job -> job.halt(Stopped.Why.STOPPING));
    videos.close();
    subscriptions.reversed().forEach(EventBus.Subscription::close);
    subscriptions.clear();
    tasks.close();
  }
}

package io.tapedeck.converter;

import io.tapedeck.cage.Cage;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.Streak;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Consumes stored videos only while ffmpeg and the encoder are installed and new enough, and
 * ffmpeg's cage holds as far as the settings require. It checks both programs at its start, and
 * again after a conversion failed by our own fault. While they are unfit, the videos stay in the
 * queue for other converters or for later.
 */
final class ReadyConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyConsumer.class);
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofSeconds(5), Duration.ofMinutes(1));

  private final Extractor extractor;
  private final Supplier<EventBus.Subscription> consume;
  private final Streak streak = new Streak("programs", BACKOFF);
  private Instant lookAt = Instant.MIN;
  private volatile EventBus.@Nullable Subscription subscription;
  private volatile boolean doubted;
  private volatile @Nullable String reason;
  private String level = "";
  private boolean closed;

  /**
   * @param consume starts to consume the queue
   */
  ReadyConsumer(Extractor extractor, Supplier<EventBus.Subscription> consume) {
    this.extractor = extractor;
    this.consume = consume;
  }

  /** Reports that a conversion failed by our own fault: the programs may be missing. */
  void doubt() {
    doubted = true;
  }

  /** Whether the programs were fit at the last look. */
  boolean fit() {
    return reason == null;
  }

  /** Down while nothing can be converted here, or while no events of videos arrive. */
  Health check() {
    String why = reason;
    EventBus.Subscription consuming = subscription;
    return why != null ? Health.down(why) : consuming == null ? Health.up() : consuming.check();
  }

  /** Checks the programs if a check is due; to be called now and then by one thread. */
  void look() {
    boolean due = subscription == null || doubted;
    if (!due || extractor.clock().instant().isBefore(lookAt)) {
      return;
    }
    doubted = false;
    try {
      String programs = "ffmpeg " + extractor.ffmpeg().version() + ", " + extractor.engine().name();
      hold();
      begin();
      if (streak.succeeded()) {
        LOG.atInfo().addKeyValue("programs", programs).log("conversions are done here again");
      }
      reason = null;
      lookAt = Instant.MIN;
    } catch (Throwable e) { // whatever the error is, it may pass
      unfit(e);
    }
  }

  private void hold() {
    Cage cage = extractor.ffmpeg().cage();
    String now = cage.hold();
    if (!now.equals(level)) {
      level = now;
      LOG.atLevel(cage.lack().isPresent() ? Level.WARN : Level.INFO)
          .addKeyValue("cage", now)
          .log("ffmpeg runs in its cage");
    }
  }

  private synchronized void begin() {
    if (subscription == null && !closed) {
      subscription = consume.get();
    }
  }

  private void unfit(Throwable e) {
    String why = e instanceof Outage outage ? outage.problem().detail() : String.valueOf(e);
    reason = why;
    if (streak.failed(e)) {
      LOG.atError()
          .addKeyValue("reason", why)
          .log("nothing can be converted here; videos wait, looked at again after growing pauses");
    }
    lookAt = extractor.clock().instant().plus(streak.pause());
    end();
  }

  private void end() {
    EventBus.Subscription last;
    synchronized (this) {
      last = subscription;
      subscription = null;
    }
    if (last != null) {
      last.close();
    }
  }

  /** Takes no new deliveries; returns when the running ones have ended. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    end();
  }
}

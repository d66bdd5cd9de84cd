package io.tapedeck.converter;

import io.tapedeck.core.EventBus;
import io.tapedeck.core.GrowingPause;
import io.tapedeck.core.Outage;
import io.tapedeck.extraction.Extractor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes stored videos only while ffmpeg and the encoder are there and new enough. It looks at
 * its start, and again when a conversion met a fault of ours; while they are unfit the videos stay
 * in the queue, for other converters or for later. On a thread of its own, as a program can hang.
 */
final class ReadyConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyConsumer.class);
  private static final long TICK_MILLIS = 250;

  private final Extractor extractor;
  private final Supplier<EventBus.Subscription> consume;
  private final GrowingPause pause = new GrowingPause(Duration.ofSeconds(5), Duration.ofMinutes(1));
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Instant lookAt = Instant.MIN;
  private EventBus.@Nullable Subscription subscription;
  private volatile boolean doubted;
  private volatile @Nullable String reason;
  private @Nullable Thread thread;

  /**
   * @param consume begins to consume the queue
   */
  ReadyConsumer(Extractor extractor, Supplier<EventBus.Subscription> consume) {
    this.extractor = extractor;
    this.consume = consume;
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("converter-programs").start(this::watch);
  }

  /** A conversion met a fault of ours: the programs may be gone. */
  void doubt() {
    doubted = true;
  }

  /** Why nothing can be converted here; empty while nothing is known against it. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  private void watch() {
    try {
      do {
        look();
      } while (!stopping.await(TICK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    boolean due = subscription == null || doubted;
    if (!due || stopping.getCount() == 0 || extractor.clock().instant().isBefore(lookAt)) {
      return;
    }
    doubted = false;
    try {
      String programs = "ffmpeg " + extractor.ffmpeg().version() + ", " + extractor.engine().name();
      if (subscription == null) {
        subscription = consume.get();
      }
      if (pause.succeeded()) {
        LOG.atInfo().addKeyValue("programs", programs).log("conversions are done here again");
      }
      reason = null;
      lookAt = Instant.MIN;
    } catch (Outage e) {
      unfit(e.problem().detail());
    } catch (Throwable e) { // whatever it is, it may pass
      unfit(String.valueOf(e));
    }
  }

  private void unfit(String why) {
    pause.failed();
    if (!why.equals(reason)) {
      LOG.atError()
          .addKeyValue("reason", why)
          .log("nothing can be converted here; videos wait, looked at again after growing pauses");
    }
    reason = why;
    lookAt = extractor.clock().instant().plus(pause.length());
    close(subscription);
    subscription = null;
  }

  private static void close(EventBus.@Nullable Subscription subscription) {
    if (subscription != null) {
      subscription.close();
    }
  }

  /** No new deliveries; returns when those under way have ended. */
  void close() {
    stopping.countDown();
    if (thread != null) {
      thread.interrupt();
    }
    synchronized (this) {
      close(subscription);
      subscription = null;
    }
  }
}

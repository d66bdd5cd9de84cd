package io.tapedeck.local;

import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.GrowingPause;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of a queue: a thread that looks for events that are due, and a virtual thread for
 * each event under way.
 */
final class TableConsumer implements EventBus.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(TableConsumer.class);
  private static final long SLOW_POLL_MILLIS = 1000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** Rung when there may be something to do. A ring before the wait is not lost. */
  static final class Bell {
    private long rings;

    synchronized void ring() {
      rings++;
      notifyAll();
    }

    synchronized long rings() {
      return rings;
    }

    synchronized void await(long seen, long millis) throws InterruptedException {
      if (rings == seen) {
        TimeUnit.MILLISECONDS.timedWait(this, millis);
      }
    }
  }

  private final TableEventBus bus;
  private final EventBus.Queue queue;
  private final int parallel;
  private final EventBus.Handler handler;
  private final Bell bell;
  private final Clock clock;
  private final Semaphore permits;
  private final Thread dispatcher;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final GrowingPause trouble = new GrowingPause(FIRST_PAUSE, LONGEST_PAUSE);

  private TableConsumer(
      TableEventBus bus,
      EventBus.Queue queue,
      int parallel,
      EventBus.Handler handler,
      Bell bell,
      Clock clock) {
    this.bus = bus;
    this.queue = queue;
    this.parallel = parallel;
    this.handler = handler;
    this.bell = bell;
    this.clock = clock;
    this.permits = new Semaphore(parallel);
    this.dispatcher = Thread.ofVirtual().name("events-" + queue).unstarted(this::dispatch);
  }

  static TableConsumer start(
      TableEventBus bus,
      EventBus.Queue queue,
      int parallel,
      EventBus.Handler handler,
      Bell bell,
      Clock clock) {
    TableConsumer consumer = new TableConsumer(bus, queue, parallel, handler, bell, clock);
    consumer.dispatcher.start();
    return consumer;
  }

  /** Ends with {@link #close} and by nothing else: what fails is tried again after a pause. */
  private void dispatch() {
    try {
      while (!isClosing()) {
        permits.acquire();
        if (!startNext()) {
          permits.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Starts the next event that is due, or waits until one may be; the permit is the started one's
   * then.
   */
  private boolean startNext() throws InterruptedException {
    long seen = bell.rings();
    TableEventBus.Next next = null;
    try {
      next = bus.take(queue);
      boolean started = !isClosing() && next.due().isPresent();
      if (started) {
        start(next.due().get());
      } else {
        next.due().ifPresent(bus::giveBack);
      }
      if (trouble.succeeded()) {
        LOG.atInfo().addKeyValue("queue", queue).log("events are read again");
      }
      if (!started && !isClosing()) {
        long wait = next.at() == Long.MAX_VALUE ? SLOW_POLL_MILLIS : next.at() - clock.millis();
        bell.await(seen, Math.clamp(wait, 1, SLOW_POLL_MILLIS));
      }
      return started;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      if (next != null) {
        next.due().ifPresent(bus::giveBack);
      }
      if (trouble.failed()) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("queue", queue)
            .log("events cannot be read; tried again after growing pauses");
      }
      trouble.await(closing);
      return false;
    }
  }

  private void start(TableEventBus.Row row) {
    Thread.ofPlatform().daemon().name("event-" + queue + "-" + row.id()).start(() -> deliver(row));
  }

  private void deliver(TableEventBus.Row row) {
    try {
      settle(row, handle(row));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      bus.giveBack(row);
      permits.release();
      bell.ring();
    }
  }

  private Verdict handle(TableEventBus.Row row) {
    try {
      return handler.handle(row.event());
    } catch (Throwable e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("conversion", row.event().conversion())
          .log("an event's handler failed; it is tried again later");
      return Verdict.RETRY;
    }
  }

  /**
   * Writes down how a delivery ended, again and again until it succeeds, as on a full disk: else
   * the handler would do the same work over and over. At a stop it is left, and comes again.
   */
  private void settle(TableEventBus.Row row, Verdict verdict) throws InterruptedException {
    GrowingPause pause = new GrowingPause(FIRST_PAUSE, LONGEST_PAUSE);
    do {
      try {
        bus.settle(row, verdict, handler);
        return;
      } catch (Throwable e) {
        if (pause.failed()) {
          LOG.atError()
              .setCause(e)
              .addKeyValue("conversion", row.event().conversion())
              .log("an event's end was not written down; tried again after growing pauses");
        }
      }
    } while (!pause.await(closing));
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  @Override
  public void close() {
    closing.countDown();
    bell.ring();
    permits.acquireUninterruptibly(parallel);
    permits.release(parallel);
  }
}

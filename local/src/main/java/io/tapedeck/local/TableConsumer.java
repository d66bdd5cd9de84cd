package io.tapedeck.local;

import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Fault;
import java.time.Clock;
import java.util.Optional;
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
  private volatile boolean closing;

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

  private void dispatch() {
    while (!closing) {
      try {
        permits.acquire();
        if (!startNext()) {
          permits.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Starts the next event that is due, or waits until one may be; the permit is the started one's
   * then.
   */
  private boolean startNext() throws InterruptedException {
    long seen = bell.rings();
    TableEventBus.Next next;
    try {
      next = bus.take(queue);
    } catch (Fault e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("queue", queue)
          .log("events cannot be read; trying again in a moment");
      next = new TableEventBus.Next(Optional.empty(), Long.MAX_VALUE);
    }
    if (closing) {
      next.due().ifPresent(bus::giveBack);
      return false;
    }
    if (next.due().isEmpty()) {
      long wait = next.at() == Long.MAX_VALUE ? SLOW_POLL_MILLIS : next.at() - clock.millis();
      bell.await(seen, Math.clamp(wait, 1, SLOW_POLL_MILLIS));
      return false;
    }
    TableEventBus.Row row = next.due().get();
    Thread.ofPlatform().daemon().name("event-" + queue + "-" + row.id()).start(() -> deliver(row));
    return true;
  }

  private void deliver(TableEventBus.Row row) {
    try {
      bus.settle(row, handle(row), handler);
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("conversion", row.event().conversion())
          .log("an event's end was not written down; it comes again");
    } finally {
      bus.giveBack(row);
      permits.release();
      bell.ring();
    }
  }

  private Verdict handle(TableEventBus.Row row) {
    try {
      return handler.handle(row.event());
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("conversion", row.event().conversion())
          .log("an event's handler failed; it is tried again later");
      return Verdict.RETRY;
    }
  }

  @Override
  public void close() {
    closing = true;
    bell.ring();
    permits.acquireUninterruptibly(parallel);
    permits.release(parallel);
  }
}

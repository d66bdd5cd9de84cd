package io.tapedeck.tasks;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the events of one queue, for any transport. One loop takes deliveries, and each delivery
 * has its own platform thread. A delivery is handled once; settling is retried until it succeeds.
 * Messages that cannot be read and events that were tried too often go to the dead letters. No
 * exception leaves a delivery unsettled or ends the loop.
 */
public final class EventConsumer implements EventBus.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(EventConsumer.class);
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofMillis(200), Duration.ofSeconds(15));

  private final EventBus.Queue queue;
  private final Deliveries deliveries;
  private final int limit;
  private final EventBus.Handler handler;
  private final Loop loop;
  private final Phaser underWay = new Phaser(1);
  private final Set<Streak> unsettled = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);

  private EventConsumer(
      EventBus.Queue queue, Deliveries deliveries, int limit, EventBus.Handler handler) {
    this.queue = queue;
    this.deliveries = deliveries;
    this.limit = limit;
    this.handler = handler;
    this.loop = new Loop("events-" + queue, BACKOFF, this::startNext);
  }

  /**
   * Starts to consume.
   *
   * @param limit how often an event is delivered before it goes to the dead letters; 1 or more
   * @throws Outage when the deliveries cannot begin
   */
  public static EventConsumer start(
      EventBus.Queue queue, Deliveries deliveries, int limit, EventBus.Handler handler) {
    EventConsumer consumer = new EventConsumer(queue, deliveries, limit, handler);
    deliveries.open(consumer.loop::wake);
    consumer.loop.start();
    return consumer;
  }

  private Duration startNext() throws Exception {
    Deliveries.Next next = deliveries.next();
    next.delivery().ifPresent(this::start);
    return next.rest();
  }

  private void start(Delivery delivery) {
    underWay.register();
    try {
      Thread.ofPlatform()
          .daemon()
          .name("event-" + queue)
          .start(new Settling(delivery)::untilSettled);
    } catch (Throwable e) { // no thread could be started
      end(delivery);
      throw e;
    }
  }

  private void end(Delivery delivery) {
    try {
      delivery.close();
    } finally {
      underWay.arriveAndDeregister();
      loop.wake();
    }
  }

  /** The progress of one delivery. A step that was done is not repeated. */
  private final class Settling {
    private final Delivery delivery;
    private final Streak streak = new Streak("an event of " + queue, BACKOFF);
    private Delivery.@Nullable Received received;
    private @Nullable Verdict verdict;
    private boolean told;

    Settling(Delivery delivery) {
      this.delivery = delivery;
    }

    void untilSettled() {
      try {
        while (!streak.attempt(this::settle)) {
          unsettled.add(streak);
          if (streak.await(closing)) {
            return; // the event is delivered again
          }
        }
      } finally {
        unsettled.remove(streak);
        end(delivery);
      }
    }

    private void settle() throws Exception {
      Verdict now = verdict == null ? verdict() : verdict;
      verdict = now;
      if (now == Verdict.DISCARD && received != null && !told) {
        tellDead(received);
        told = true;
      }
      delivery.settle(now);
    }

    private void tellDead(Delivery.Received dead) {
      Throwable failed = null;
      try {
        handler.dead(dead.event());
      } catch (Outage e) {
        throw e; // dead is called again
      } catch (Throwable e) {
        failed = e;
      }
      LOG.atError()
          .setCause(failed)
          .addKeyValue("conversion", dead.event().conversion())
          .addKeyValue("tries", dead.tries())
          .log("an event goes to the dead letters");
    }

    private Verdict verdict() {
      try {
        received = delivery.read();
      } catch (Outage e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("queue", queue)
            .log("a message is not an event of ours; it goes to the dead letters");
        return Verdict.DISCARD;
      }
      int tries = received.tries();
      Verdict said = tries >= limit ? Verdict.DISCARD : handled(received);
      return said == Verdict.RETRY && tries + 1 >= limit ? Verdict.DISCARD : said;
    }

    private Verdict handled(Delivery.Received received) {
      try {
        return handler.handle(received.event());
      } catch (Throwable e) {
        ConversionId id = received.event().conversion();
        LOG.atError()
            .setCause(e)
            .addKeyValue("conversion", id)
            .log("an event's handler failed; it is tried again later");
        return Verdict.RETRY;
      }
    }
  }

  /** Down when events cannot be taken or settled for a reason other than an {@link Outage}. */
  @Override
  public Health check() {
    return Health.of(
        Stream.concat(Stream.of(loop.check()), unsettled.stream().map(Streak::health)));
  }

  /** Takes no more deliveries, and waits for those under way. */
  @Override
  public void close() {
    closing.countDown();
    loop.close();
    deliveries.stop();
    underWay.arriveAndAwaitAdvance();
    deliveries.close();
  }
}

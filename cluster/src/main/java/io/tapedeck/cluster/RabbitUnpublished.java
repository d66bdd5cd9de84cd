package io.tapedeck.cluster;

import io.tapedeck.core.Component;
import io.tapedeck.core.Event;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.Loop;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that the broker did not take. They are published as soon as the broker takes events again.
 * They are in memory only and limited in number. The ledger holds the state; an event lost here,
 * with the process or for lack of space, is published by the Janitor.
 */
final class RabbitUnpublished implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitUnpublished.class);
  private static final int MOST = 10_000;
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(5));

  private final Consumer<Event.Work> publisher;
  private final Set<Event.Work> waiting = new LinkedHashSet<>();
  private final Loop loop = new Loop("rabbit-unpublished", BACKOFF, this::publishAll);

  /**
   * @param publisher publishes one event or throws
   */
  RabbitUnpublished(Consumer<Event.Work> publisher) {
    this.publisher = publisher;
    loop.start();
  }

  synchronized void add(Event.Work event) {
    if (waiting.size() < MOST && waiting.add(event)) {
      loop.wake();
    }
  }

  /** Call this when an event is safe: the broker is back, so waiting events are published now. */
  synchronized void published(Event.Work event) {
    if (remove(event)) {
      loop.hurry();
    }
  }

  /** Removes an event; returns whether others still wait. */
  private synchronized boolean remove(Event.Work event) {
    waiting.remove(event);
    return !waiting.isEmpty();
  }

  private Duration publishAll() {
    int sent = 0;
    for (Event.Work event = first(); event != null; event = first()) {
      publisher.accept(event);
      remove(event);
      sent++;
    }
    if (sent > 0) {
      LOG.atInfo().addKeyValue("events", sent).log("events that waited are published");
    }
    return Loop.UNTIL_WOKEN;
  }

  private synchronized Event.@Nullable Work first() {
    return waiting.isEmpty() ? null : waiting.iterator().next();
  }

  @Override
  public Health check() {
    return loop.check();
  }

  /** A publish in progress ends with the connection, which is closed next. */
  @Override
  public void close() {
    loop.stop();
  }
}

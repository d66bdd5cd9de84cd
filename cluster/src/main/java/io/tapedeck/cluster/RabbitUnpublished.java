package io.tapedeck.cluster;

import io.tapedeck.core.Event;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that the broker did not take, published as soon as it takes them again. They are in memory
 * only and bounded in number: the ledger has the truth, and what is lost here with the process, or
 * for want of room, the Janitor publishes.
 */
final class RabbitUnpublished implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitUnpublished.class);
  private static final int MOST = 10_000;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Consumer<Event.Work> publisher;
  private final Set<Event.Work> waiting = new LinkedHashSet<>();
  private final Thread thread;
  private boolean closing;
  private boolean back;

  /**
   * @param publisher publishes one event or throws
   */
  RabbitUnpublished(Consumer<Event.Work> publisher) {
    this.publisher = publisher;
    thread = Thread.ofVirtual().name("rabbit-unpublished").start(this::run);
  }

  synchronized void add(Event.Work event) {
    if (waiting.size() < MOST && waiting.add(event)) {
      notifyAll();
    }
  }

  /** This event is safe; so the broker is back, and what waits need not wait longer. */
  synchronized void published(Event.Work event) {
    waiting.remove(event);
    if (!waiting.isEmpty()) {
      back = true;
      notifyAll();
    }
  }

  private void run() {
    try {
      Duration pause = SHORTEST;
      int sent = 0;
      for (Event.Work event = first(); event != null; event = first()) {
        if (publishes(event)) {
          pause = SHORTEST;
          sent++;
          sent = tellWhenDone(sent);
        } else {
          await(pause);
          pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean publishes(Event.Work event) {
    try {
      publisher.accept(event);
      published(event);
      return true;
    } catch (Throwable e) { // whatever it is, it is tried again
      LOG.atDebug().setCause(e).log("the broker is not back yet");
      return false;
    }
  }

  private synchronized int tellWhenDone(int sent) {
    if (!waiting.isEmpty()) {
      return sent;
    }
    LOG.atInfo().addKeyValue("events", sent).log("events that waited for the broker are published");
    return 0;
  }

  private synchronized Event.@Nullable Work first() throws InterruptedException {
    while (waiting.isEmpty() && !closing) {
      wait();
    }
    return closing ? null : waiting.iterator().next();
  }

  /** Waits so long, or until the broker took an event of somebody else. */
  private synchronized void await(Duration pause) throws InterruptedException {
    back = false;
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toMillis(); left > 0 && !back && !closing; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    thread.interrupt();
  }
}

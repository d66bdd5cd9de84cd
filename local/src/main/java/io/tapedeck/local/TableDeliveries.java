package io.tapedeck.local;

import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.tasks.Deliveries;
import io.tapedeck.tasks.Delivery;
import io.tapedeck.tasks.Loop;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The due events of one queue, for one consumer. */
final class TableDeliveries implements Deliveries {
  private static final long SLOW_POLL_MILLIS = 1000;

  private final TableEventBus bus;
  private final EventBus.Queue queue;
  private final Clock clock;
  private final Semaphore places;
  private @Nullable Runnable wake;

  TableDeliveries(TableEventBus bus, EventBus.Queue queue, int parallel, Clock clock) {
    this.bus = bus;
    this.queue = queue;
    this.clock = clock;
    this.places = new Semaphore(parallel);
  }

  @Override
  public void open(Runnable wake) {
    this.wake = wake;
    bus.wakes(queue).add(wake);
  }

  @Override
  public Next next() {
    if (!places.tryAcquire()) {
      return Next.none(Loop.UNTIL_WOKEN); // the end of a delivery wakes the loop
    }
    boolean taken = false;
    try {
      long now = clock.millis();
      Optional<TableEventBus.Row> next = bus.take(queue, now);
      taken = next.filter(row -> row.at() <= now).isPresent();
      long until = next.map(row -> row.at() - now).orElse(SLOW_POLL_MILLIS);
      return taken
          ? Next.of(new Taken(next.get()))
          : Next.none(Duration.ofMillis(Math.min(until, SLOW_POLL_MILLIS)));
    } finally {
      if (!taken) {
        places.release();
      }
    }
  }

  @Override
  public void close() {
    bus.wakes(queue).remove(wake);
  }

  /** A row in progress. */
  private final class Taken implements Delivery {
    private final TableEventBus.Row row;

    Taken(TableEventBus.Row row) {
      this.row = row;
    }

    @Override
    public Received read() {
      return new Received(row.event(), row.deliveries());
    }

    @Override
    public void settle(Verdict verdict) {
      bus.settle(row, verdict);
    }

    @Override
    public void close() {
      bus.giveBack(row);
      places.release();
    }
  }
}

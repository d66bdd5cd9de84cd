package io.tapedeck.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.EventBusContract;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Backoff;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableEventBusTest extends EventBusContract {
  private static final TableEventBus.Tries QUICK =
      new TableEventBus.Tries(
          DELIVERY_LIMIT, new Backoff(Duration.ofMillis(5), 4, Duration.ofMillis(20)));

  @TempDir Path folder;
  private final Map<EventBus, Database> databases = new HashMap<>();

  @Override
  protected EventBus open() {
    Database database = Database.sqlite(folder.resolve("tapedeck.db"));
    EventBus bus = new TableEventBus(database, QUICK, Clock.systemUTC());
    databases.put(bus, database);
    return bus;
  }

  private void sql(String statement) {
    try (Database database = Database.sqlite(folder.resolve("tapedeck.db"))) {
      database.write(handle -> handle.execute(statement));
    }
  }

  private static Event.Work stored() {
    return new Event.VideoStored(ConversionId.at(Instant.now()));
  }

  @Test
  void whatIsNoEventIsBuriedAndTheNextOnesAreDelivered() throws Exception {
    EventBus bus = open();
    for (String row : List.of("'FromTheFuture', 'x'", "'VideoStored', 'no id: '")) {
      sql(
          "INSERT INTO events (queue, type, conversion, deliveries, available_at, dead)"
              + " VALUES ('VIDEO', "
              + row
              + ", 0, 0, 0)");
    }
    Event.Work event = stored();
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (EventBus.Subscription _ = bus.consume(EventBus.Queue.VIDEO, 1, taking(delivered))) {
      bus.publish(event);
      assertThat(delivered.poll(30, TimeUnit.SECONDS)).isEqualTo(event);
    }
    assertThat(left("dead = 1")).isEqualTo(2);
  }

  @Test
  void anEndThatCannotBeWrittenDownIsTriedAgainWithoutDoingTheWorkAgain() throws Exception {
    EventBus bus = open();
    sql(
        "CREATE TRIGGER full BEFORE DELETE ON events BEGIN SELECT RAISE(FAIL, 'the disk is full');"
            + " END");
    Event.Work event = stored();
    Event.Work next = stored();
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (EventBus.Subscription _ = bus.consume(EventBus.Queue.VIDEO, 2, taking(delivered))) {
      bus.publish(event);
      assertThat(delivered.poll(30, TimeUnit.SECONDS)).isEqualTo(event);
      bus.publish(next);
      assertThat(delivered.poll(30, TimeUnit.SECONDS)).isEqualTo(next);
      sql("DROP TRIGGER full");
      while (left("1 = 1") > 0) {
        Thread.onSpinWait();
      }
    }
    assertThat(delivered).as("done once each").isEmpty();
  }

  @Test
  void aTableThatCannotBeReadForATimeEndsNoConsumer() throws Exception {
    EventBus bus = open();
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (EventBus.Subscription _ = bus.consume(EventBus.Queue.VIDEO, 1, taking(delivered))) {
      sql("ALTER TABLE events RENAME TO away");
      Event.Work lost = stored();
      assertThatThrownBy(() -> bus.publish(lost)).isInstanceOf(RuntimeException.class);
      sql("ALTER TABLE away RENAME TO events");
      Event.Work event = stored();
      bus.publish(event);
      assertThat(delivered.poll(30, TimeUnit.SECONDS)).isEqualTo(event);
    }
  }

  private static EventBus.Handler taking(BlockingQueue<Event> delivered) {
    return event -> {
      delivered.add(event);
      return EventBus.Verdict.ACK;
    };
  }

  private long left(String which) {
    try (Database database = Database.sqlite(folder.resolve("tapedeck.db"))) {
      return database.read(handle ->
          handle.createQuery("SELECT COUNT(*) FROM events WHERE " + which).mapTo(Long.class).one());
    }
  }

  /** Whatever the bus still does, it no longer reaches the table. */
  @Override
  protected void kill(EventBus bus) {
    Objects.requireNonNull(databases.get(bus)).close();
  }

  @Test
  void aConversionHasOneLivingEventOfEachTypeHoweverOftenItIsTold() throws Exception {
    EventBus bus = open();
    ConversionId id = ConversionId.at(Instant.now());
    for (int i = 0; i < 3; i++) {
      bus.publish(new Event.VideoStored(id));
      bus.publish(new Event.Mp3Ready(id));
      bus.publish(new Event.VideoStored(ConversionId.at(Instant.now())));
    }
    assertThat(rows(bus)).isEqualTo(5);
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(4);
    EventBus.Handler handler =
        event -> {
          if (event.conversion().equals(id) && tries.incrementAndGet() < 3) {
            bus.publish(event);
            assertThat(rows(bus)).isLessThanOrEqualTo(5);
            return tries.get() == 1 ? EventBus.Verdict.RETRY : EventBus.Verdict.ACK;
          }
          ended.countDown();
          return EventBus.Verdict.ACK;
        };
    try (EventBus.Subscription _ = bus.consume(EventBus.Queue.VIDEO, 2, handler)) {
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
    // What is told while it is under way comes once more, whatever became of that delivery.
    assertThat(tries).hasValue(3);
    assertThat(rows(bus)).isEqualTo(1);
  }

  private int rows(EventBus bus) {
    return Objects.requireNonNull(databases.get(bus))
        .read(handle -> handle.select("SELECT COUNT(*) FROM events").mapTo(Integer.class).one());
  }

  @AfterEach
  void closeDatabases() {
    databases.values().forEach(Database::close);
  }
}

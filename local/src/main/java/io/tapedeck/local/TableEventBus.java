package io.tapedeck.local;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Reason;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.EventConsumer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as rows of a table, one for each type of event of a conversion. Publishing commits one
 * row; the row is deleted when the handler asks for it. Only memory records which consumer has
 * which event, since one process owns the table. After a kill, all events are delivered again.
 */
public final class TableEventBus implements EventBus {
  private static final Logger LOG = LoggerFactory.getLogger(TableEventBus.class);

  /**
   * How often an event is tried, and how long it waits between tries.
   *
   * @param limit deliveries before the event becomes a dead letter; 1 or more
   */
  public record Tries(int limit, Backoff rest) {
    public static final Tries DEFAULT =
        new Tries(20, new Backoff(Duration.ofMillis(200), 4, Duration.ofMinutes(5)));
  }

  private final Database database;
  private final Clock clock;
  private final Tries tries;
  private final TableDeadLetters dead;
  private final Map<Queue, List<Runnable>> wakes = new EnumMap<>(Queue.class);
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private final List<Consumer<Event.Notice>> listeners = new CopyOnWriteArrayList<>();

  /** Opens the bus in this database and brings its table up to date. */
  public TableEventBus(Database database, Tries tries, Clock clock) {
    this.database = database;
    this.tries = tries;
    this.clock = clock;
    dead = new TableDeadLetters(database, clock);
    for (Queue queue : Queue.values()) {
      wakes.put(queue, new CopyOnWriteArrayList<>());
    }
    database.migrate("local");
    dead.clearUp();
  }

  @Override
  public void publish(Event.Work event) {
    Queue queue = EventBus.queueOf(event);
    database.write(handle -> put(handle, queue, event));
    wakes(queue).forEach(Runnable::run);
  }

  /**
   * An event that waits already becomes due now, as if it were new. An event in progress is
   * replaced by the new one: its handler may have read the ledger before the change that the new
   * event reports.
   */
  private int put(Handle handle, Queue queue, Event.Work event) {
    String type = event.getClass().getSimpleName();
    String conversion = event.conversion().value();
    List<Long> living =
        handle
            .createQuery("SELECT id FROM events WHERE conversion = ? AND type = ? AND dead = 0")
            .bind(0, conversion)
            .bind(1, type)
            .mapTo(Long.class)
            .list();
    for (long id : living) {
      if (!underWay.contains(id)) {
        return handle.execute(
            "UPDATE events SET deliveries = 0, available_at = MIN(available_at, ?) WHERE id = ?",
            clock.millis(),
            id);
      }
      handle.execute("DELETE FROM events WHERE id = ?", id);
    }
    return handle.execute(
        "INSERT INTO events (queue, type, conversion, deliveries, available_at, dead) VALUES (?, ?, ?, 0, ?, 0)",
        queue.name(),
        type,
        conversion,
        clock.millis());
  }

  @Override
  public void tell(Event.Notice notice) {
    for (Consumer<Event.Notice> listener : listeners) {
      try {
        listener.accept(notice);
      } catch (Throwable e) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("conversion", notice.conversion())
            .log("a listener failed; the others still hear");
      }
    }
  }

  @Override
  public Subscription consume(Queue queue, int parallel, Handler handler) {
    TableDeliveries deliveries = new TableDeliveries(this, queue, parallel, clock);
    return EventConsumer.start(queue, deliveries, tries.limit(), handler);
  }

  @Override
  public Subscription listen(Consumer<Event.Notice> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Health check() {
    return database.check();
  }

  /**
   * Does nothing: the holders of subscriptions close them, and the database is closed by the code
   * that opened it.
   */
  @Override
  public void close() {
    listeners.clear();
  }

  // ---- for consumers

  /** The callbacks that run when there may be an event of this queue. */
  List<Runnable> wakes(Queue queue) {
    return Objects.requireNonNull(wakes.get(queue));
  }

  /** An event as the table holds it, due at a moment (epoch milliseconds). */
  record Row(long id, String type, String conversion, int deliveries, long at) {
    /** The event; throws when no version of this program can have written it. */
    Event.Work event() {
      ConversionId id = new ConversionId(conversion);
      return switch (type) {
        case "VideoStored" -> new Event.VideoStored(id);
        case "Mp3Ready" -> new Event.Mp3Ready(id);
        case "ConversionFailed" -> new Event.ConversionFailed(id);
        default -> throw new IllegalArgumentException("no event is of the type " + type);
      };
    }
  }

  /**
   * Takes the next event if it is due by now. Nobody else gets the event until it is given back.
   * Consumers call this one at a time; otherwise a consumer could read an event that another takes
   * and settles meanwhile.
   */
  synchronized Optional<Row> take(Queue queue, long now) {
    Optional<Row> row = next(queue);
    row.filter(found -> found.at() <= now).ifPresent(due -> underWay.add(due.id()));
    return row;
  }

  /** Call this when the result of the delivery is written or could not be written. */
  void giveBack(Row row) {
    underWay.remove(row.id());
  }

  private Optional<Row> next(Queue queue) {
    String except =
        underWay.isEmpty()
            ? ""
            : " AND id NOT IN ("
                + String.join(",", underWay.stream().map(String::valueOf).toList())
                + ")";
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, type, conversion, deliveries, available_at FROM events WHERE queue = ? AND dead = 0"
                    + except
                    + " ORDER BY available_at, id LIMIT 1")
            .bind(0, queue.name())
            .map((row, context) ->
                new Row(
                    row.getLong("id"),
                    row.getString("type"),
                    row.getString("conversion"),
                    row.getInt("deliveries"),
                    row.getLong("available_at")))
            .findOne());
  }

  /** Writes the result of a delivery. */
  void settle(Row row, Verdict verdict) {
    switch (verdict) {
      case ACK ->
          database.write(handle -> handle.execute("DELETE FROM events WHERE id = ?", row.id()));
      case RETRY -> postpone(row);
      case DISCARD -> dead.bury(row.id(), row.deliveries() + 1, reason(row));
    }
  }

  private String reason(Row row) {
    try {
      row.event();
    } catch (RuntimeException e) {
      return "it cannot be read: " + Reason.of(e);
    }
    return row.deliveries() + 1 >= tries.limit()
        ? "each delivery was in vain"
        : "its handler refused it";
  }

  private void postpone(Row row) {
    long pause = tries.rest().after(row.deliveries() + 1).toMillis();
    long jittered = pause + ThreadLocalRandom.current().nextLong(pause / 4 + 1);
    database.write(handle ->
        handle.execute(
            "UPDATE events SET deliveries = deliveries + 1, available_at = ? WHERE id = ?",
            clock.millis() + jittered,
            row.id()));
    LOG.atInfo()
        .addKeyValue("conversion", row.conversion())
        .addKeyValue("pauseMs", jittered)
        .log("an event is tried again later");
  }
}

package io.tapedeck.local;

import io.tapedeck.contracts.EventBusContract;
import io.tapedeck.core.EventBus;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class TableEventBusTest extends EventBusContract {
  private static final TableEventBus.Tries QUICK =
      new TableEventBus.Tries(DELIVERY_LIMIT, Duration.ofMillis(5), Duration.ofMillis(20));

  @TempDir Path folder;
  private final Map<EventBus, Database> databases = new HashMap<>();

  @Override
  protected EventBus open() {
    Database database = Database.sqlite(folder.resolve("tapedeck.db"));
    EventBus bus = new TableEventBus(database, QUICK, Clock.systemUTC());
    databases.put(bus, database);
    return bus;
  }

  /** Whatever the bus still does, it no longer reaches the table. */
  @Override
  protected void kill(EventBus bus) {
    Objects.requireNonNull(databases.get(bus)).close();
  }

  @AfterEach
  void closeDatabases() {
    databases.values().forEach(Database::close);
  }
}

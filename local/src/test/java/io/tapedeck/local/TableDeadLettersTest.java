package io.tapedeck.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.DeadLettersContract;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.EventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableDeadLettersTest extends DeadLettersContract {
  @TempDir Path folder;
  private Database database;
  private EventBus bus;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    bus = bus(database);
  }

  private EventBus bus(Database database) {
    return new TableEventBus(
        database,
        new TableEventBus.Tries(
            DELIVERY_LIMIT, Backoff.doubling(Duration.ofMillis(5), Duration.ofMillis(20))),
        clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected EventBus bus() {
    return bus;
  }

  @Override
  protected DeadLetters dead() {
    return new TableDeadLetters(database, clock);
  }

  private void insertDead(int count) {
    database.write(handle ->
        handle.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                + " INSERT INTO events (queue, type, conversion, deliveries, available_at, dead,"
                + " died_at, reason) SELECT 'MP3', 'FromTheFuture', 'x', 1, 0, 1, ? + i, '' FROM n",
            count,
            clock.millis()));
  }

  @Test
  void ofTooManyTheOldestGoWhenTheNextOneDies() {
    insertDead(DeadLetters.MOST + 5);

    bus(database); // as at the next start

    assertThat(dead().list()).hasSize(DeadLetters.MOST).first().extracting("id").isEqualTo("6");
  }

  @Test
  void whatDiedBeforeItWasNotedWhenIsListedToo() {
    database.write(handle ->
        handle.execute(
            "INSERT INTO events (queue, type, conversion, deliveries, available_at, dead)"
                + " VALUES ('MP3', 'FromTheFuture', 'x', 1, 0, 1)"));

    assertThat(dead().list()).singleElement().extracting("type").isEqualTo("from-the-future");
  }
}

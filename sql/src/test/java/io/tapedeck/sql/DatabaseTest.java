package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tapedeck.contracts.EveryThrowable;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Outage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @TempDir Path folder;

  @Test
  void whatWasWrittenIsReadAfterReopening() {
    try (Database database = Database.sqlite(folder.resolve("a/t.db"))) {
      database.migrate("trial");
      database.write(handle -> handle.execute("INSERT INTO trial VALUES ('a', 1)"));
    }
    try (Database database = Database.sqlite(folder.resolve("a/t.db"))) {
      database.migrate("trial");
      assertThat(count(database)).isEqualTo(1);
      assertThat(database.check()).isEqualTo(Health.up());
    }
  }

  @Test
  void aTransactionThatThrowsLeavesNothing() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      assertThatThrownBy(() ->
              database.write(handle -> {
                handle.execute("INSERT INTO trial VALUES ('a', 1)");
                throw new IllegalStateException("no");
              }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(count(database)).isZero();
    }
  }

  @Test
  void whateverATransactionThrowsTheNextOneIsWritten() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      for (Throwable kind : EveryThrowable.kinds()) {
        assertThatThrownBy(() ->
                database.write(handle -> {
                  handle.execute("INSERT INTO trial VALUES ('a', 1)");
                  throw EveryThrowable.sneak(kind);
                }))
            .as("%s", kind)
            .satisfiesAnyOf(
                thrown -> assertThat(thrown).isSameAs(kind),
                thrown -> assertThat(thrown).hasCause(kind));
        database.write(handle -> handle.execute("INSERT INTO trial VALUES ('b', 1)"));
        assertThat(count(database)).as("%s", kind).isEqualTo(1);
        database.write(handle -> handle.execute("DELETE FROM trial"));
      }
    }
  }

  @Test
  void aSecondRowWithTheSameKeyIsSeenAndTheTransactionGoesOn() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      database.write(handle -> {
        String row = "INSERT INTO trial VALUES ('a', 1)";
        assertThat(database.inserted(() -> handle.execute(row))).isTrue();
        assertThat(database.inserted(() -> handle.execute(row))).isFalse();
        return handle.execute("INSERT INTO trial VALUES ('b', 1)");
      });
      assertThat(count(database)).isEqualTo(2);
    }
  }

  @Test
  void aReaderCannotWrite() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      assertThatThrownBy(() -> database.read(handle -> handle.execute("DELETE FROM trial")))
          .isInstanceOf(Outage.class);
    }
  }

  @Test
  void severalModulesKeepTheirOwnHistoryAndASecondStartSeesItIsDone() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      assertThat(database.migrations("trial", "trial").current()).isTrue();
      assertThat(database.migrations("other", "other").current()).isFalse();
      database.migrate("other");
      assertThat(database.migrations("other", "other").current()).isTrue();
      database.write(
          handle -> handle.execute("UPDATE other_schema SET checksum = 1 WHERE type = 'SQL'"));
      assertThatThrownBy(() -> database.migrate("other"))
          .isInstanceOf(Outage.class)
          .hasStackTraceContaining("checksum mismatch");
    }
  }

  @Test
  void processesThatStartAtOnceShareOneHistory() {
    List<Database> openings =
        Stream.generate(() -> Database.sqlite(folder.resolve("t.db"))).limit(4).toList();
    try {
      openings.stream()
          .map(each -> CompletableFuture.runAsync(() -> each.migrate("other")))
          .toList()
          .forEach(CompletableFuture::join);
      assertThat(openings.getLast().migrations("other", "other").current()).isTrue();
    } finally {
      openings.forEach(Database::close);
    }
  }

  @Test
  void aTransactionWithinATransactionIsRefusedRatherThanWaitedForForever() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      assertThatThrownBy(() -> database.write(outer -> database.write(inner -> 1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(database.<Integer>write(handle -> 2)).isEqualTo(2);
    }
  }

  @Test
  void aFullDiskIsAnOutageThatSaysSoAndWhatWasThereStays() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      database.migrate("trial");
      database.write(handle -> handle.execute("PRAGMA max_page_count = 12"));
      String row = "INSERT INTO trial VALUES (?, 1)";
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  int number = i;
                  database.write(handle -> handle.execute(row, "row " + number));
                }
              })
          .asInstanceOf(type(Outage.class))
          .extracting(Outage::code)
          .isEqualTo(Code.DISK_FULL);
      assertThat(count(database)).isPositive();
    }
  }

  @Test
  void theReserveIsGivenUpForASmallWriteAndHeldAgain() {
    Path reserve = folder.resolve("reserve");
    try (Database database = Database.sqlite(folder.resolve("t.db"), reserve)) {
      assertThat(reserve).hasSize(8 << 20);
      database.migrate("trial");
      AtomicInteger tries = new AtomicInteger();
      String full = "INSERT INTO trial VALUES (zeroblob(100000), 1)";
      database.write(handle -> {
        if (tries.getAndIncrement() == 0) {
          handle.execute("PRAGMA max_page_count = 12");
          return handle.execute(full);
        }
        assertThat(reserve).doesNotExist();
        return handle.execute("PRAGMA max_page_count = 1000000");
      });
      assertThat(tries).hasValue(2);
      assertThat(reserve).hasSize(8 << 20);
    }
  }

  @Test
  void virtualThreadsByTheHundredWriteOneAfterTheOther() {
    try (Database database = Database.sqlite(folder.resolve("t.db"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      database.migrate("trial");
      database.write(handle -> handle.execute("INSERT INTO trial VALUES ('a', 0)"));
      Stream.generate(() ->
              CompletableFuture.runAsync(
                  () -> database.write(handle -> handle.execute("UPDATE trial SET n = n + 1")),
                  threads))
          .limit(200)
          .toList()
          .forEach(CompletableFuture::join);
      long sum = database.read(h -> h.createQuery("SELECT n FROM trial").mapTo(Long.class).one());
      assertThat(sum).isEqualTo(200);
    }
  }

  @Test
  void aClosedDatabaseIsAnOutage() {
    Database database = Database.sqlite(folder.resolve("t.db"));
    database.close();
    database.close();
    assertThatThrownBy(() -> database.write(handle -> 1)).isInstanceOf(Outage.class);
    assertThatThrownBy(() -> database.read(handle -> 1)).isInstanceOf(Outage.class);
    assertThat(database.check()).isInstanceOf(Health.Down.class);
  }

  private static int count(Database database) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM trial").mapTo(Integer.class).one());
  }
}

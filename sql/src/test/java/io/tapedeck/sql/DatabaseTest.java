package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Outage;
import java.nio.file.Path;
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
      assertThat(database.migrations("trial").current()).isTrue();
      assertThat(database.migrations("other").current()).isFalse();
      database.migrate("other");
      assertThat(database.migrations("other").current()).isTrue();
      database.write(
          handle -> handle.execute("UPDATE other_schema SET checksum = 1 WHERE type = 'SQL'"));
      assertThatThrownBy(() -> database.migrate("other"))
          .isInstanceOf(Outage.class)
          .hasStackTraceContaining("checksum mismatch");
    }
  }

  private static int count(Database database) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM trial").mapTo(Integer.class).one());
  }
}

package io.tapedeck.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked each minute must not cost more with every upload there ever was. */
class UploadTableTest {
  @TempDir private Path folder;

  private List<String> plan(String question) {
    String sql = question.replaceAll(":(lately|first|factor)", "7");
    try (Database database = Database.sqlite(folder.resolve("tapedeck.db"))) {
      UploadTable.migrate(database);
      return database.read(handle ->
          handle
              .createQuery("EXPLAIN QUERY PLAN " + sql)
              .bind("moment", 0)
              .map((row, context) -> row.getString("detail"))
              .list());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {UploadTable.WHOLE, UploadTable.EXPIRED, UploadTable.ANY_TO_FORGET})
  void everyQuestionWalksAnIndex(String question) {
    assertThat(plan(question)).singleElement().asString().startsWith("SEARCH upload USING");
  }

  @Test
  void whatWasPromisedIsSummedUpFromOneIndex() {
    assertThat(plan(UploadTable.PROMISED))
        .singleElement()
        .asString()
        .startsWith("SEARCH upload USING COVERING INDEX upload_progress");
  }

  @Test
  void onlyThePartThatWaitsForAChecksumEndsTheWaiting() {
    try (Database database = Database.sqlite(folder.resolve("tapedeck.db"))) {
      UploadTable.migrate(database);
      UploadTable table = new UploadTable(database, Clock.systemUTC());
      Instant later = Instant.now().plusSeconds(60);
      UploadId id = UploadId.of("upl_" + "0".repeat(25) + "1");
      table.insert(
          new Upload(
              id,
              new AccountId("acc_" + "0".repeat(25) + "a"),
              OptionalLong.of(100),
              0,
              "talk.mp4",
              ConversionOptions.DEFAULT,
              "",
              OptionalLong.empty(),
              later,
              false));

      table.check(id, 0, "old");
      table.check(id, 0, "new");
      table.met(id, "old");
      table.receive(id, 50, later);
      assertThat(table.find(id).orElseThrow().checkedFrom()).hasValue(0);

      table.met(id, "new");
      assertThat(table.find(id).orElseThrow().checkedFrom()).isEmpty();
    }
  }

  @Test
  void whatIsForgottenIsFoundByAnIndexToo() {
    assertThat(plan("DELETE FROM upload WHERE expires_at < :moment"))
        .singleElement()
        .asString()
        .startsWith("SEARCH upload USING");
  }
}

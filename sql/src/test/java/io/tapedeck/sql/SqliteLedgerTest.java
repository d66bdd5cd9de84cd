package io.tapedeck.sql;

import io.tapedeck.contracts.LedgerContract;
import io.tapedeck.core.Ledger;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends LedgerContract {
  @TempDir Path folder;
  private Database database;

  @Override
  protected Ledger empty(Clock clock) {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    return new SqlLedger(database, clock);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }
}

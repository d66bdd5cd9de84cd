package io.tapedeck.app;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Ledger;
import io.tapedeck.local.FileBlobStore;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** What everything is kept in: the one thing that differs between one machine and a cluster. */
record Stores(Database database, BlobStore blobs, Ledger ledger, EventBus bus)
    implements AutoCloseable {
  /** One folder on one machine: files, and one SQLite database for all the rest. */
  static Stores local(DataFolder folder, Clock clock) {
    Database database = Database.sqlite(folder.at("tapedeck.db"));
    return new Stores(
        database,
        new FileBlobStore(folder.path()),
        new SqlLedger(database, clock),
        new TableEventBus(database, TableEventBus.Tries.DEFAULT, clock));
  }

  /** Each part by the name an operator knows it by. */
  Map<String, Component> parts() {
    Map<String, Component> parts = new LinkedHashMap<>();
    parts.put("database", database);
    parts.put("blobs", blobs);
    parts.put("ledger", ledger);
    parts.put("events", bus);
    return parts;
  }

  Stores withLedger(Ledger other) {
    return new Stores(database, blobs, other, bus);
  }

  @Override
  public void close() {
    bus.close();
    ledger.close();
    blobs.close();
    database.close();
  }
}

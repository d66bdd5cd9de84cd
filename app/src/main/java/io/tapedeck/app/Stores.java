package io.tapedeck.app;

import io.tapedeck.auth.Auth;
import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.cluster.RabbitEventBus;
import io.tapedeck.cluster.Seal;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.ServiceKeys;
import io.tapedeck.local.FileBlobStore;
import io.tapedeck.local.TableDeadLetters;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.settings.RequiredSetting;
import io.tapedeck.settings.Settings;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The stores of all data: the only difference between one machine and a cluster. */
record Stores(Database database, BlobStore blobs, Ledger ledger, EventBus bus, DeadLetters dead)
    implements AutoCloseable {
  /** One folder on one machine: files, and one SQLite database for all other data. */
  static Stores local(DataFolder folder, Consumer<Kind> moved, Clock clock) {
    Database database = Database.sqlite(folder.at("tapedeck.db"), folder.at("tapedeck.reserve"));
    return new Stores(
        database,
        new FileBlobStore(folder.path()),
        new SqlLedger(database, clock, moved),
        new TableEventBus(database, TableEventBus.Tries.DEFAULT, clock),
        new TableDeadLetters(database, clock));
  }

  /**
   * Servers that many processes share.
   *
   * @throws io.tapedeck.settings.UsageErrors when a setting of these servers is missing
   * @throws Outage when one of them cannot be reached
   */
  static Stores cluster(
      Settings.Cluster settings, Seal seal, Database database, Consumer<Kind> moved, Clock clock) {
    try (Closer begun = new Closer()) {
      String files = RequiredSetting.of("mongodb.uri", settings.mongodb()).reveal();
      String broker = RequiredSetting.of("rabbitmq.uri", settings.rabbitmq()).reveal();
      BlobStore blobs =
          begun.add("blobs", asIn("mongodb.uri", () -> GridFsBlobStore.at(files, clock)));
      RabbitEventBus bus =
          begun.add("events", asIn("rabbitmq.uri", () -> RabbitEventBus.at(broker, seal, clock)));
      begun.keep();
      return new Stores(database, blobs, new SqlLedger(database, clock, moved), bus, bus.dead());
    }
  }

  /**
   * Checks the addresses without connecting to any.
   *
   * @throws io.tapedeck.settings.UsageErrors when one is missing or not valid
   */
  static void require(Settings.Cluster settings) {
    if (!RequiredSetting.of("database.url", settings.database()).startsWith("jdbc:mysql:")) {
      throw RequiredSetting.wrong(
          "database.url",
          "it is not of the form jdbc:mysql://host:port/schema",
          "docs/settings.md has an example");
    }
    String files = RequiredSetting.of("mongodb.uri", settings.mongodb()).reveal();
    String broker = RequiredSetting.of("rabbitmq.uri", settings.rabbitmq()).reveal();
    requireAs("mongodb.uri", () -> GridFsBlobStore.requireAddress(files));
    requireAs("rabbitmq.uri", () -> RabbitEventBus.requireAddress(broker));
  }

  private static void requireAs(String key, Runnable check) {
    asIn(
        key,
        () -> {
          check.run();
          return key;
        });
  }

  /** Makes a value from a setting whose address may not be valid. */
  private static <T> T asIn(String key, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw RequiredSetting.wrong(
          key, String.valueOf(e.getMessage()), "docs/settings.md has an example");
    }
  }

  /** The stores in the settings, for a command that works beside running servers. */
  static Stores beside(Settings settings, String command, Clock clock) {
    DataFolder folder = DataFolder.beside(settings.data());
    if (settings.cluster().database().isEmpty()) {
      return local(folder, moved -> {}, clock);
    }
    Database database = database(settings, folder);
    Auth.migrate(database);
    ServiceKeys keys = ServiceKeys.open(database, command, clock);
    return cluster(settings.cluster(), new ServiceTokens(keys), database, moved -> {}, clock);
  }

  /** Only the database: the cluster's if one is set, else the one of this machine. */
  static Database database(Settings settings, DataFolder folder) {
    Settings.Cluster cluster = settings.cluster();
    return cluster
        .database()
        .map(url -> mysql(cluster, url))
        .orElseGet(() -> Database.sqlite(folder.at("tapedeck.db")));
  }

  static Database mysql(Settings.Cluster cluster, String url) {
    return Database.mysql(
        url,
        cluster.user(),
        cluster.password().orElseGet(() -> new Secret("")),
        cluster.connections());
  }

  /** Each part under the name that an operator knows. */
  Map<String, Component> parts() {
    Map<String, Component> parts = new LinkedHashMap<>();
    parts.put("database", database);
    parts.put("blobs", blobs);
    parts.put("ledger", ledger);
    parts.put("events", bus);
    return parts;
  }

  @Override
  public void close() {
    bus.close();
    ledger.close();
    blobs.close();
    database.close();
  }
}

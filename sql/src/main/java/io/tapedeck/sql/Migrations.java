package io.tapedeck.sql;

import io.tapedeck.core.Component.Health.Down;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbered migrations of one module. Flyway applies them and keeps the history. Loading Flyway
 * takes 0.1 s, so this class checks without Flyway whether the history matches the files already.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private final String table;
  private final Database database;
  private final DataSource source;
  private final List<Script> scripts;

  Migrations(String module, String origin, Database database, DataSource source) {
    if (!(module + origin).matches("[a-z]{1,40}")) {
      throw new IllegalArgumentException("not the name of a module: " + module);
    }
    this.table = origin + "_schema";
    this.database = database;
    this.source = source;
    this.scripts = scripts("io/tapedeck/" + module + "/migrations/");
  }

  /** See {@link Database#migrate}. */
  void run() {
    for (int tries = 1; !current(); tries++) {
      try {
        flyway().migrate();
        LOG.atInfo().addKeyValue("table", table).log("tables are up to date");
        return;
      } catch (FlywayException e) {
        // Another process may have applied one of them between the check and this step.
        if (tries > scripts.size() || database.check() instanceof Down) {
          throw new Outage(
              "the tables of " + table + " cannot be brought up to date: " + Reason.of(e), e);
        }
      }
    }
  }

  /** Whether the history matches the files already. */
  boolean current() {
    List<String> wanted = scripts.stream().map(Script::fingerprint).toList();
    try {
      return database.read(handle ->
          handle
              .createQuery(
                  "SELECT version, checksum FROM "
                      + table
                      + " WHERE success = 1 AND type = 'SQL' ORDER BY installed_rank")
              .map((row, context) -> row.getString(1) + " " + row.getInt(2))
              .list()
              .equals(wanted));
    } catch (Outage e) {
      return false; // no history yet; without a database, Flyway will throw
    }
  }

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(source)
        .loggers("slf4j")
        .table(table)
        .placeholders(database.dialect().placeholders())
        .resourceProvider(new Scripts(scripts))
        .javaMigrationClassProvider(List::of)
        // Other modules have their tables and histories in the same schema.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  private static List<Script> scripts(String folder) {
    List<Script> scripts = new ArrayList<>();
    while (true) {
      String file = folder + "V" + (scripts.size() + 1) + ".sql";
      try (InputStream in = Migrations.class.getClassLoader().getResourceAsStream(file)) {
        if (in == null) {
          break;
        }
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        scripts.add(new Script(scripts.size() + 1, file, text));
      } catch (IOException e) {
        throw new IllegalStateException("a migration that cannot be read: " + file, e);
      }
    }
    if (scripts.isEmpty()) {
      throw new IllegalArgumentException("no migrations in " + folder);
    }
    return scripts;
  }

  /** One migration, with the number and checksum that Flyway will give it. */
  private record Script(int version, String file, String text) {
    String fingerprint() {
      CRC32 sum = new CRC32();
      new BufferedReader(new StringReader(text))
          .lines()
          .forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
      return version + " " + (int) sum.getValue();
    }
  }

  /** Gives the scripts to Flyway, which otherwise would search the whole class path for them. */
  private record Scripts(List<Script> scripts) implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
      return null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return prefix.equals("V") ? scripts.stream().map(Scripts::resource).toList() : List.of();
    }

    private static LoadableResource resource(Script script) {
      return new LoadableResource() {
        @Override
        public Reader read() {
          return new StringReader(script.text());
        }

        @Override
        public String getAbsolutePath() {
          return script.file();
        }

        @Override
        public String getAbsolutePathOnDisk() {
          return script.file();
        }

        @Override
        public String getFilename() {
          return "V" + script.version() + "__.sql";
        }

        @Override
        public String getRelativePath() {
          return getFilename();
        }
      };
    }
  }
}

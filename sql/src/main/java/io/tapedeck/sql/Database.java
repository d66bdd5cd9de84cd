package io.tapedeck.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Reason;
import io.tapedeck.core.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One database, shared by all code that keeps data in it. A caller passes its work as a function of
 * a Jdbi handle. A fault of the database is thrown as {@link Outage}; nothing was changed then.
 */
public final class Database implements Component {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int READERS = 4;
  private static final int TRIES = 8;

  /**
   * At most this for each connection: holds the inner pages of all indexes at a million
   * conversions.
   */
  private static final int CACHE_KIB = 8_192;

  /**
   * How much of the file is mapped, and so read through the system's page cache and not by calls
   * that copy each page. Queries on a large file then take hardly longer. This uses addresses, not
   * memory.
   */
  private static final long MAPPED_BYTES = 1L << 30;

  private final Dialect dialect;
  private final String name;
  private final DataSource unpooled;
  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi writing;
  private final Jdbi reading;
  private final TransactionRunner writer;
  private final Optional<Reserve> reserve;

  private Database(
      Dialect dialect,
      String name,
      DataSource unpooled,
      HikariDataSource writers,
      HikariDataSource readers,
      Optional<Reserve> reserve) {
    this.reserve = reserve;
    this.dialect = dialect;
    this.name = name;
    this.writers = writers;
    this.readers = readers;
    this.unpooled = unpooled;
    this.writing = Jdbi.create(writers);
    this.reading = Jdbi.create(readers);
    this.writer =
        dialect == Dialect.SQLITE ? TransactionRunner.alone() : TransactionRunner.principal();
  }

  /**
   * Opens or creates a SQLite file. There is one connection for writing, whose transactions begin
   * IMMEDIATE, and a few for reading. When a commit returns, it is on the disk.
   *
   * @throws Outage when the folder cannot be made
   */
  public static Database sqlite(Path file) {
    return sqlite(file, Optional.empty());
  }

  /**
   * Opens or creates a SQLite file as {@link #sqlite(Path)} does, and keeps a reserve of 8 MiB for
   * small writes on a full disk.
   *
   * @param reserve the file that holds the reserve, on the same disk
   */
  public static Database sqlite(Path file, Path reserve) {
    return sqlite(file, Optional.of(new Reserve(reserve)));
  }

  private static Database sqlite(Path file, Optional<Reserve> reserve) {
    try {
      OwnerOnly.folder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      // SQLite would use the umask. It gives its other files the permissions of this file.
      OwnerOnly.file(file);
    } catch (IOException e) {
      throw new Outage(file + " cannot be made: " + Outage.reason(e), e);
    }
    SQLiteDataSource source = new SQLiteDataSource(sqliteConfig());
    source.setUrl("jdbc:sqlite:" + file);
    HikariDataSource one = pool("writer", 1);
    one.setDataSource(source);
    HikariDataSource many = pool("reader", READERS);
    many.setMinimumIdle(1);
    many.setDataSource(source);
    many.setConnectionInitSql("PRAGMA query_only = true");
    reserve.ifPresent(Reserve::hold);
    return new Database(Dialect.SQLITE, file.toString(), source, one, many, reserve);
  }

  /**
   * Opens a MySQL or MariaDB schema. This connects to nothing; the first use fails when the server
   * is down.
   *
   * @param url {@code jdbc:mysql://host:port/schema}
   * @param poolSize the most connections, 2 or more
   */
  public static Database mysql(String url, String user, Secret password, int poolSize) {
    HikariDataSource pool = pool("mysql", Math.max(2, poolSize));
    pool.setJdbcUrl(url);
    pool.setUsername(user);
    pool.setPassword(password.reveal());
    // Row locks only, no gap locks: compare-and-move needs no gap locks, and deadlocks are rarer.
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    pool.addDataSourceProperty("connectTimeout", PATIENCE.toMillis());
    pool.addDataSourceProperty("socketTimeout", 6 * PATIENCE.toMillis());
    pool.addDataSourceProperty("tcpKeepAlive", true);
    pool.addDataSourceProperty("useServerPrepStmts", false);
    String name = url.replaceFirst("\\?.*", "");
    return new Database(Dialect.MYSQL, name, pool, pool, pool, Optional.empty());
  }

  private static SQLiteConfig sqliteConfig() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setBusyTimeout((int) PATIENCE.toMillis());
    config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, Long.toString(MAPPED_BYTES));
    config.setCacheSize(-CACHE_KIB); // negative: KiB, not pages
    config.enforceForeignKeys(true);
    return config;
  }

  /**
   * A pool that connects at its first use. It starts faster than a pool made from a HikariConfig.
   */
  private static HikariDataSource pool(String name, int size) {
    HikariDataSource made = new HikariDataSource();
    made.setPoolName(name);
    made.setMaximumPoolSize(size);
    made.setConnectionTimeout(PATIENCE.toMillis());
    made.setInitializationFailTimeout(-1);
    return made;
  }

  public Dialect dialect() {
    return dialect;
  }

  /**
   * Brings the tables of a module up to date. It applies the numbered files {@code
   * io/tapedeck/<module>/migrations/V1.sql}, {@code V2.sql} and so on. A released file never
   * changes. Several replicas may do this at once. When there is nothing to do, it costs one small
   * query.
   *
   * @throws Outage when the database cannot be reached, or its history does not match these files
   */
  public void migrate(String module) {
    migrate(module, module);
  }

  /**
   * Does the same for tables that belonged to another module when their history began.
   *
   * @param origin the name of the module that the history is kept under
   */
  public void migrate(String module, String origin) {
    migrations(module, origin).run();
  }

  Migrations migrations(String module, String origin) {
    return new Migrations(module, origin, this, unpooled);
  }

  /**
   * Runs the work with a connection for reading. Each statement sees the data of its own moment;
   * for one moment across several statements, use {@link #write}.
   */
  public <T extends @Nullable Object> T read(Function<Handle, T> work) {
    return guarded(() -> reading.withHandle(work::apply));
  }

  /**
   * Runs the work in one transaction. When this returns, the changes are on disk; when it throws,
   * nothing was changed. The work may run again when the database ended it to resolve a deadlock.
   * So the work must change nothing but the database, and must not call read or write itself.
   */
  public <T extends @Nullable Object> T write(Function<Handle, T> work) {
    T result = writer.run(() -> guarded(() -> writing.inTransaction(work::apply)));
    reserve.ifPresent(Reserve::hold);
    return result;
  }

  /**
   * Runs an INSERT within a transaction.
   *
   * @return false when a row with its key exists already; the transaction goes on
   */
  public boolean inserted(Runnable insert) {
    try {
      insert.run();
      return true;
    } catch (RuntimeException e) {
      SQLException fault = sqlFault(e);
      if (fault != null && dialect.isDuplicate(fault)) {
        return false;
      }
      throw e;
    }
  }

  private <T extends @Nullable Object> T guarded(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.run();
      } catch (RuntimeException e) {
        SQLException fault = sqlFault(e);
        if (fault == null) {
          throw e;
        }
        if (dialect.isFull(fault) && reserve.map(Reserve::giveUp).orElse(false)) {
          continue;
        }
        if (attempt == TRIES || !dialect.isWorthAnotherTry(fault)) {
          throw outage(fault);
        }
        pause(attempt);
      }
    }
  }

  private Outage outage(SQLException fault) {
    Code code = dialect.isFull(fault) ? Code.DISK_FULL : Code.UNAVAILABLE;
    return new Outage(code, "the database " + name + " did not do its work", fault);
  }

  private static @Nullable SQLException sqlFault(Throwable fault) {
    for (Throwable t = fault; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, 5L << attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Health check() {
    try {
      read(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one());
      return Health.up();
    } catch (RuntimeException e) {
      return Health.down("the database " + name + " does not answer: " + Reason.of(e));
    }
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
    writers.close();
  }

  interface Work<T extends @Nullable Object> {
    T run();
  }
}

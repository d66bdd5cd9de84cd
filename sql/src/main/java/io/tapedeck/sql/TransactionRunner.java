package io.tapedeck.sql;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where write transactions run. */
sealed interface TransactionRunner extends AutoCloseable {
  <T extends @Nullable Object> T run(Database.Work<T> work);

  @Override
  void close();

  /** Runs on the calling thread: the driver uses sockets, and virtual threads may wait for them. */
  static TransactionRunner principal() {
    return new Principal();
  }

  /**
   * Runs on one platform thread, one transaction after the other. SQLite waits for the disk within
   * native code: a virtual thread there would block one of the few carrier threads of all others.
   */
  static TransactionRunner alone() {
    return new Alone();
  }

  /** See {@link #principal()}. */
  record Principal() implements TransactionRunner {
    @Override
    public <T extends @Nullable Object> T run(Database.Work<T> work) {
      return work.run();
    }

    @Override
    public void close() {}
  }

  /** See {@link #alone()}. */
  final class Alone implements TransactionRunner {
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(this::made);

    private Thread made(Runnable work) {
      Thread made = Thread.ofPlatform().name("database-writer").daemon().unstarted(work);
      thread.set(made);
      return made;
    }

    @Override
    public <T extends @Nullable Object> T run(Database.Work<T> work) {
      if (Thread.currentThread().equals(thread.get())) {
        throw new IllegalStateException("a transaction within a transaction of the same database");
      }
      try {
        return CompletableFuture.supplyAsync(work::run, executor).join();
      } catch (RejectedExecutionException e) {
        throw new Outage(Code.STOPPING, "the database is closed", e);
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        }
        throw e;
      }
    }

    @Override
    public void close() {
      executor.close();
    }
  }
}

package io.tapedeck.tasks;

import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures in a row of something that is tried again and again. A row has one line in the log
 * for each reason, and one for its end. For any number of threads.
 */
public final class Streak {
  private static final Logger LOG = LoggerFactory.getLogger(Streak.class);

  /** So many unforeseen failures in a row do not pass by themselves. */
  private static final int DOWN = 3;

  private final String name;
  private final Backoff backoff;
  private int failures;
  private int unforeseen;
  private String reason = "";

  /**
   * @param name of what is tried, for logs and operators
   */
  public Streak(String name, Backoff backoff) {
    this.name = name;
    this.backoff = backoff;
  }

  /** Tries it, whatever it throws; whether it went well. */
  public boolean attempt(Work work) {
    try {
      work.run();
    } catch (Throwable e) {
      if (failed(e)) {
        tell(e);
      }
      return false;
    }
    if (succeeded()) {
      LOG.atInfo().addKeyValue("task", name).log("it works again");
    }
    return true;
  }

  private void tell(Throwable e) {
    String next = "it failed; tried again after growing pauses";
    if (e instanceof Fault fault) {
      LOG.atWarn().addKeyValue("task", name).addKeyValue("problem", fault.problem()).log(next);
    } else {
      LOG.atError().addKeyValue("task", name).setCause(e).log(next);
    }
  }

  /**
   * Notes a failure; whether it is worth a line in the log: the first in a row, or for another
   * reason than the one before.
   */
  public synchronized boolean failed(Throwable cause) {
    failures++;
    unforeseen = cause instanceof Outage ? 0 : unforeseen + 1;
    String now = cause instanceof Fault fault ? fault.problem().detail() : Reason.of(cause);
    boolean worthALine = failures == 1 || !now.equals(reason);
    reason = now;
    return worthALine;
  }

  /** Notes a success; whether it ended a row of failures. */
  public synchronized boolean succeeded() {
    boolean ended = failures > 0;
    failures = 0;
    unforeseen = 0;
    return ended;
  }

  /** Whether it failed the last time. */
  public synchronized boolean failing() {
    return failures > 0;
  }

  /** How long to wait after the failures so far. */
  public synchronized Duration pause() {
    return backoff.after(failures);
  }

  /** Waits for {@link #pause}; true when the latch opened before, so that one stops. */
  boolean await(CountDownLatch closing) {
    boolean _ = Thread.interrupted(); // by the work; it must not shorten the pause
    try {
      return closing.await(pause().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /**
   * Down after three failures in a row that nobody foresaw. An {@link Outage} does not count: the
   * part that is away says so in its own check.
   */
  public synchronized Health health() {
    return unforeseen < DOWN
        ? Health.up()
        : Health.down(name + " failed " + failures + " times in a row: " + reason);
  }
}

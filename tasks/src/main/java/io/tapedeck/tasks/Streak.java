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
 * Counts the failures in a row of an action that is retried. The log gets one line for each reason
 * in such a row, and one for its end. Safe for any number of threads.
 */
public final class Streak {
  private static final Logger LOG = LoggerFactory.getLogger(Streak.class);

  /** After this many unforeseen failures in a row, the action does not recover by itself. */
  private static final int DOWN = 3;

  private final String name;
  private final Backoff backoff;
  private int failures;
  private int unforeseen;
  private String reason = "";

  /**
   * @param name of the action, for logs and operators
   */
  public Streak(String name, Backoff backoff) {
    this.name = name;
    this.backoff = backoff;
  }

  /** Runs the work and catches whatever it throws. Returns whether it succeeded. */
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
   * Records a failure. Returns whether it is worth a line in the log: the first in a row, or with
   * another reason than the failure before.
   */
  public synchronized boolean failed(Throwable cause) {
    failures++;
    unforeseen = cause instanceof Outage ? 0 : unforeseen + 1;
    String now = cause instanceof Fault fault ? fault.problem().detail() : Reason.of(cause);
    boolean worthALine = failures == 1 || !now.equals(reason);
    reason = now;
    return worthALine;
  }

  /** Records a success. Returns whether it ended a row of failures. */
  public synchronized boolean succeeded() {
    boolean ended = failures > 0;
    failures = 0;
    unforeseen = 0;
    return ended;
  }

  /** Whether the last run failed. */
  public synchronized boolean failing() {
    return failures > 0;
  }

  /** How long to wait after the failures so far. */
  public synchronized Duration pause() {
    return backoff.after(failures);
  }

  /**
   * Waits for {@link #pause}. Returns true when the latch opened first and the caller must stop.
   */
  boolean await(CountDownLatch closing) {
    boolean _ = Thread.interrupted(); // set by the work; it must not shorten the pause
    try {
      return closing.await(pause().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /**
   * Down after three unforeseen failures in a row. An {@link Outage} does not count: the part that
   * is not available says so in its own check.
   */
  public synchronized Health health() {
    return unforeseen < DOWN
        ? Health.up()
        : Health.down(name + " failed " + failures + " times in a row: " + reason);
  }
}

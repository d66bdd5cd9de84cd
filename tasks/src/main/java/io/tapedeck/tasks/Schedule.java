package io.tapedeck.tasks;

import io.tapedeck.core.Component;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Periodic tasks, each on its own thread. The period is counted from the end of a run, so runs
 * neither overlap nor pile up. A run that fails, whatever it throws, is retried after pauses that
 * grow from one second to eight periods, at most one minute. A schedule that is not started runs
 * nothing by itself: a test sets its clock and calls {@link #runDue}.
 */
public final class Schedule implements Component {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int PERIODS = 8;

  private final InstantSource clock;
  private final List<Task> tasks = new CopyOnWriteArrayList<>();
  private final Map<String, Streak> steps = new ConcurrentHashMap<>();
  private volatile boolean closing;

  private static final class Task {
    final Loop loop;
    Instant due;

    Task(Loop loop, Instant due) {
      this.loop = loop;
      this.due = due;
    }
  }

  /**
   * @param clock the clock of {@link #runDue}; the threads measure their waiting without it
   */
  public Schedule(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Adds a task. Must be called before {@link #start}.
   *
   * @param name of the task and its thread, for logs and operators
   * @param first time until the first run
   * @param period time between a run's end and the next run
   */
  public void every(String name, Duration first, Duration period, Work work) {
    Loop loop =
        new Loop(
            name,
            first,
            backoff(period),
            () -> {
              work.run();
              return period;
            });
    tasks.add(new Task(loop, clock.instant().plus(first)));
  }

  private static Backoff backoff(Duration period) {
    Duration longest = period.multipliedBy(PERIODS);
    return Backoff.doubling(
        period.isPositive() && period.compareTo(SHORT) < 0 ? period : SHORT,
        longest.isPositive() && longest.compareTo(LONG) < 0 ? longest : LONG);
  }

  /** Starts to run the tasks. */
  public void start() {
    tasks.forEach(task -> task.loop.start());
  }

  /**
   * Runs the tasks that are due by the clock, on this thread. For a schedule that is not started.
   */
  public void runDue() {
    for (Task task : tasks) {
      if (!clock.instant().isBefore(task.due)) {
        task.due = clock.instant().plus(task.loop.takeTurn());
      }
    }
  }

  /**
   * Runs a part of a task now. When the part throws, the other parts still run. The part has its
   * own name in logs and in the check. Does nothing when the schedule is closing.
   */
  public void step(String name, Work work) {
    if (!closing) {
      steps.computeIfAbsent(name, n -> new Streak(n, backoff(LONG))).attempt(work);
    }
  }

  /** Whether the schedule is closing. Long runs check this from time to time. */
  public boolean closing() {
    return closing;
  }

  /**
   * Down when a task or step failed three times in a row for a reason other than an {@code Outage}.
   */
  @Override
  public Health check() {
    return closing
        ? Health.down("stopping")
        : Health.of(
            Stream.concat(
                tasks.stream().map(task -> task.loop.check()),
                steps.values().stream().map(Streak::health)));
  }

  /** Starts no further run or step, and waits for those under way. */
  @Override
  public void close() {
    closing = true;
    tasks.forEach(task -> task.loop.close());
  }
}

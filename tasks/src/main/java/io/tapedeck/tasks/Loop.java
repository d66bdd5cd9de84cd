package io.tapedeck.tasks;

import io.tapedeck.core.Component;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs one iteration after the other until it is closed, whatever an iteration
 * throws. After a failure it always waits. It is a platform thread: a loop that renews leases must
 * not wait behind other work in native code, which blocks the few carrier threads of virtual
 * threads.
 */
public final class Loop implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /** The rest of a loop that only {@link #wake} or {@link #hurry} ends. */
  public static final Duration UNTIL_WOKEN = Duration.ofDays(36_500);

  /** How long close waits for an iteration before it interrupts the thread, and after that. */
  private static final Duration POLITE = Duration.ofSeconds(5);

  private static final Duration RUDE = Duration.ofSeconds(25);

  /** The pause when even logging a failure failed, as without memory. */
  private static final long LAST_RESORT_NANOS = 500_000_000;

  /** One iteration of the loop. */
  public interface Iteration {
    /** Returns how long to rest before the next iteration. */
    Duration take() throws Exception;
  }

  private final String name;
  private final Duration first;
  private final Iteration iteration;
  private final Streak streak;
  private @Nullable Thread thread;
  private boolean closing;
  private int wakes;
  private int hurries;
  private int wakesBefore;
  private int hurriesBefore;

  /**
   * @param name of the thread, also used in logs
   * @param backoff how long the loop waits after an iteration that failed
   */
  public Loop(String name, Backoff backoff, Iteration iteration) {
    this(name, Duration.ZERO, backoff, iteration);
  }

  Loop(String name, Duration first, Backoff backoff, Iteration iteration) {
    this.name = name;
    this.first = first;
    this.iteration = iteration;
    this.streak = new Streak(name, backoff);
  }

  /** Starts the thread. A second start does nothing. */
  public synchronized void start() {
    if (thread == null && !closing) {
      thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }
  }

  private void run() {
    Duration rest = first;
    while (!isClosing()) {
      try {
        rest(rest);
        rest = isClosing() ? rest : takeTurn();
      } catch (Throwable e) {
        LockSupport.parkNanos(LAST_RESORT_NANOS);
      }
    }
  }

  /** Runs an iteration on this thread; returns how long to wait for the next. */
  Duration takeTurn() {
    synchronized (this) {
      wakesBefore = wakes;
      hurriesBefore = hurries;
    }
    AtomicReference<Duration> rest = new AtomicReference<>(Duration.ZERO);
    return streak.attempt(() -> rest.set(taken())) ? rest.get() : streak.pause();
  }

  private Duration taken() throws Exception {
    try {
      return iteration.take();
    } catch (Throwable e) {
      if (isClosing()) {
        return Duration.ZERO; // a part that it needs may be closed; nobody waits for the result
      }
      throw e;
    }
  }

  private synchronized void rest(Duration rest) throws InterruptedException {
    boolean _ = Thread.interrupted(); // set by the iteration; it must not shorten the rest
    long end = System.nanoTime() + rest.toNanos();
    for (long left = rest.toNanos(); left > 0 && !closing && !woken(); ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }

  private boolean woken() {
    return hurries != hurriesBefore || (wakes != wakesBefore && !streak.failing());
  }

  /** Says that there may be work: ends the rest, but not the pause after a failure. */
  public synchronized void wake() {
    wakes++;
    notifyAll();
  }

  /**
   * Says that the cause of the last failure is over: ends the rest, and the pause after a failure
   * too.
   */
  public synchronized void hurry() {
    hurries++;
    notifyAll();
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  @Override
  public synchronized Health check() {
    if (closing) {
      return Health.down("stopping");
    }
    if (thread != null && !thread.isAlive()) {
      return Health.down(name + " has ended, and nobody knows why");
    }
    return streak.health();
  }

  /** Runs no further iteration. Does not wait for the one under way. */
  public synchronized void stop() {
    closing = true;
    notifyAll();
  }

  /** Runs no further iteration, and waits at most half a minute for the one under way. */
  @Override
  public void close() {
    stop();
    Thread running = running();
    if (running == null || running.equals(Thread.currentThread())) {
      return;
    }
    try {
      if (!running.join(POLITE)) {
        running.interrupt();
        if (!running.join(RUDE)) {
          LOG.atWarn().addKeyValue("task", name).log("it does not end; it is left behind");
        }
      }
    } catch (InterruptedException e) {
      running.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Thread running() {
    return thread;
  }
}

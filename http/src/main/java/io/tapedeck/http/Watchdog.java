package io.tapedeck.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when its web servers do not serve any more, because a thread of theirs died or
 * no thread gets to work for a minute. Such a process would keep its port, its locks and its
 * leases, and never answer again; whatever started it starts a new one. A server that is only full
 * of requests passes: its threads still come by.
 */
public final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  /** As for a process without memory. */
  private static final int EXIT_CODE = 3;

  private static final Duration PERIOD = Duration.ofSeconds(5);

  /**
   * Looks without an answer, one after the other, that end the process. They are counted, not
   * timed: a machine that slept wakes up with one such look at most.
   */
  static final int MOST_MISSED = 12;

  private final List<WebServer> servers;
  private final Duration patience;
  private final Runnable end;
  private int missed;

  /**
   * @param patience for the answer to one look
   */
  Watchdog(List<WebServer> servers, Duration patience, Runnable end) {
    this.servers = servers;
    this.patience = patience;
    this.end = end;
  }

  /** Watches these servers as long as the process lives. */
  public static void watch(List<WebServer> servers) {
    Watchdog dog = new Watchdog(servers, PERIOD, () -> Runtime.getRuntime().halt(EXIT_CODE));
    // A thread of the system: virtual threads may be what hangs.
    Thread.ofPlatform().daemon().name("watchdog").start(dog::run);
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once, and ends the process after too many looks without an answer. */
  void look() throws InterruptedException {
    CountDownLatch alive = new CountDownLatch(servers.size());
    servers.forEach(server -> server.pulse(alive::countDown));
    missed = alive.await(patience.toNanos(), TimeUnit.NANOSECONDS) ? 0 : missed + 1;
    if (missed == MOST_MISSED) {
      LOG.atError().log("the web server's threads do not answer any more; the process ends");
      end.run();
    }
  }
}

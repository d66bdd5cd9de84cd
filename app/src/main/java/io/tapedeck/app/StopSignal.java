package io.tapedeck.app;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the signal to stop, SIGTERM or Ctrl-C. A second signal ends the process at once. So
 * does a stop that takes far longer than allowed.
 */
final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int QUIT = 130;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Duration longest;

  private StopSignal(Duration longest) {
    this.longest = longest;
  }

  /**
   * Starts to handle signals.
   *
   * @param longest how long requests in progress may take; all other parts stop quickly
   */
  static StopSignal heard(Duration longest) {
    StopSignal stop = new StopSignal(longest);
    for (String name : new String[] {"TERM", "INT"}) {
      hear(name, stop::tell);
    }
    return stop;
  }

  /**
   * Handles a signal. Only {@code sun.misc.Signal} in the JDK reports a second signal: a shutdown
   * hook runs for the first one only. The compiler warns of each use of this class, which is an
   * error here, and no annotation or option turns that off together with {@code --release}. So the
   * class is called by name.
   */
  private static void hear(String name, Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object called =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> {
                handler.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handlers)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), called);
    } catch (ReflectiveOperationException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("signal", name)
          .log("cannot be heard; it ends us at once");
    }
  }

  private void tell() {
    if (told.getCount() == 0) {
      LOG.atWarn().log("told to stop twice; quitting at once");
      Runtime.getRuntime().halt(QUIT);
    }
    told.countDown();
    Thread.ofPlatform().daemon().name("stop-limit").start(this::limit);
  }

  private void limit() {
    try {
      TimeUnit.MILLISECONDS.sleep(longest.plus(GRACE).toMillis());
    } catch (InterruptedException e) {
      return;
    }
    LOG.atWarn().log("the stop took too long; quitting");
    Runtime.getRuntime().halt(QUIT);
  }

  /** Returns when the process should stop. */
  void await() throws InterruptedException {
    told.await();
  }

  /** Waits at most this long; returns true when the process should stop. */
  boolean await(Duration longest) throws InterruptedException {
    return told.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }
}

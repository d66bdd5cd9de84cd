package io.tapedeck.cluster;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.tapedeck.core.Component;
import io.tapedeck.core.Event;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.Loop;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notices from a thread of its own, without the broker's confirmation, so that no caller
 * waits. A notice that waits already is not added again. When too many wait, new ones are lost;
 * notices may be lost.
 */
final class RabbitNotices implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitNotices.class);
  private static final int MOST = 10_000;

  /** For unexpected errors: a notice that cannot be sent is lost at once. */
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofMillis(200), Duration.ofSeconds(5));

  /** The most time that the last notices may take at a close. */
  private static final Duration LAST = Duration.ofSeconds(1);

  private final Connection connection;
  private final RabbitEventBus bus;
  private final Set<Event.Notice> waiting = new LinkedHashSet<>();
  private final Loop loop = new Loop("rabbit-notices", BACKOFF, this::sendAll);
  private final CountDownLatch drained = new CountDownLatch(1);
  private volatile boolean closing;
  private @Nullable Channel channel;

  RabbitNotices(Connection connection, RabbitEventBus bus) {
    this.connection = connection;
    this.bus = bus;
    loop.start();
  }

  synchronized void add(Event.Notice notice) {
    if (!closing && waiting.size() < MOST && waiting.add(notice)) {
      loop.wake();
    }
  }

  private Duration sendAll() {
    boolean last = closing;
    for (Event.Notice notice = next(); notice != null; notice = next()) {
      send(notice);
    }
    if (last) {
      drained.countDown();
    }
    return Loop.UNTIL_WOKEN;
  }

  private synchronized Event.@Nullable Notice next() {
    Iterator<Event.Notice> first = waiting.iterator();
    if (!first.hasNext()) {
      return null;
    }
    Event.Notice notice = first.next();
    first.remove();
    return notice;
  }

  private void send(Event.Notice notice) {
    try {
      Channel open = channel;
      if (open == null || !open.isOpen()) {
        open = RabbitEventBus.channelOf(connection);
        channel = open;
      }
      bus.send(open, notice);
    } catch (Throwable e) { // after any error the next notices are still sent
      LOG.atDebug().setCause(e).log("a notice was lost; listeners find the state in the ledger");
      RabbitEventBus.abort(channel);
      channel = null;
    }
  }

  @Override
  public Health check() {
    return loop.check();
  }

  /** Sends the waiting notices, for 1 s at most. Call this while the connection is open. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
    }
    loop.wake();
    try {
      boolean _ = drained.await(LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.stop();
  }
}

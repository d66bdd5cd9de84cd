package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.EventConsumer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events over RabbitMQ: quorum queues, publisher confirms always, at-least-once dead-lettering. The
 * client reconnects and declares everything again by itself. While the broker is away, publishing
 * throws {@link Outage} and consumers wait. Unpublished events are published when the broker is
 * back.
 */
public final class RabbitEventBus implements EventBus {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitEventBus.class);
  private static final Duration CONFIRM = Duration.ofSeconds(10);
  private static final int PUBLISHERS = 8;

  /** The wait between tries to connect again. */
  private static final Backoff RECOVERY =
      Backoff.doubling(Duration.ofMillis(500), Duration.ofSeconds(4));

  /** Milliseconds that a connection may take to close. */
  private static final int ABORT = 2000;

  /** Number of events that die between two checks of how many are dead. */
  private static final int BETWEEN_CLEARINGS = 100;

  private static final byte[] NO_BODY = {};

  /**
   * How often an event is tried, and how long it waits between tries.
   *
   * @param limit deliveries before the event becomes a dead letter; 1 or more
   * @param pauses the wait after the first try, the second and so on; the last also applies to all
   *     further tries. Each pause is a queue at the broker
   */
  public record Tries(int limit, List<Duration> pauses) {
    public static final Tries DEFAULT =
        new Tries(
            20,
            List.of(
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2)));

    public Tries {
      pauses = List.copyOf(pauses);
    }

    Duration pauseAfter(int tries) {
      return pauses.get(Math.min(tries, pauses.size() - 1));
    }
  }

  private final Connection publishing;
  private final Connection consuming;
  private final Seal seal;
  private final Clock clock;
  private final Tries tries;
  private final BlockingQueue<Channel> idle = new ArrayBlockingQueue<>(PUBLISHERS);
  private final RabbitDeadLetters dead;
  private final AtomicInteger buried = new AtomicInteger();
  private final RabbitUnpublished unpublished;
  private final RabbitNotices notices;
  private volatile @Nullable String blocked;

  /**
   * Connects and declares the topology.
   *
   * @param factory the broker's address; this sets heartbeats and recovery in it
   * @throws Outage when the broker cannot be reached
   */
  public RabbitEventBus(ConnectionFactory factory, Seal seal, Tries tries, Clock clock) {
    this.seal = seal;
    this.clock = clock;
    this.tries = tries;
    factory.setAutomaticRecoveryEnabled(true);
    factory.setTopologyRecoveryEnabled(true);
    factory.setRecoveryDelayHandler(failures -> RECOVERY.after(failures + 1).toMillis());
    RabbitWatch watch = new RabbitWatch();
    factory.setExceptionHandler(watch);
    factory.setRequestedHeartbeat(10);
    factory.setConnectionTimeout(5000);
    List<Connection> made = new ArrayList<>();
    try {
      made.add(factory.newConnection("tapedeck publishing"));
      made.add(factory.newConnection("tapedeck consuming"));
      publishing = made.getFirst();
      consuming = made.getLast();
      made.forEach(watch::over);
      publishing.addBlockedListener(blockedListener());
      try (Channel channel = publishing.createChannel()) {
        RabbitTopology.declare(channel, tries.pauses());
      }
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      made.forEach(connection -> connection.abort(ABORT));
      throw unreachable(factory, e);
    }
    dead = new RabbitDeadLetters(publishing, seal, clock, tries.limit());
    clearUpDead();
    unpublished = new RabbitUnpublished(this::send);
    notices = new RabbitNotices(publishing, this);
  }

  /**
   * Connects to an address such as {@code amqp://user:password@broker:5672/}.
   *
   * @throws IllegalArgumentException when the address is not valid
   * @throws Outage when no broker answers there
   */
  public static RabbitEventBus at(String uri, Seal seal, Clock clock) {
    return new RabbitEventBus(factory(uri), seal, Tries.DEFAULT, clock);
  }

  private static Outage unreachable(ConnectionFactory factory, Exception e) {
    String place = factory.getHost() + ":" + factory.getPort();
    return new Outage("RabbitMQ cannot be reached at " + place + ": " + Reasons.ofBroker(e), e);
  }

  /**
   * Connects to an address, and leaves nothing there.
   *
   * @throws IllegalArgumentException when the address is not valid
   * @throws Outage when the broker does not answer or refuses the sign-in
   */
  public static void probe(String uri) {
    ConnectionFactory factory = factory(uri);
    factory.setAutomaticRecoveryEnabled(false);
    try {
      factory.newConnection("tapedeck doctor").abort(ABORT);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw unreachable(factory, e);
    }
  }

  /**
   * Checks an address without connecting to it.
   *
   * @throws IllegalArgumentException when the address is not valid
   */
  public static void requireAddress(String uri) {
    factory(uri);
  }

  static ConnectionFactory factory(String uri) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      if (!uri.matches("(?i)amqps?://.*")) {
        throw new URISyntaxException("", "not the scheme of a broker");
      }
      factory.setUri(uri);
      if (factory.isSSL()) {
        // By default, the client trusts every certificate for amqps.
        factory.useSslProtocol(SSLContext.getDefault());
        factory.enableHostnameVerification();
      }
    } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
      // Its message may quote the password.
      throw new IllegalArgumentException("it is not of the form amqp://host:port/");
    }
    // By the specification of these addresses, a slash with nothing behind it means the virtual
    // host "". No broker has that one; users mean the default virtual host.
    if (factory.getVirtualHost().isEmpty()) {
      factory.setVirtualHost(ConnectionFactory.DEFAULT_VHOST);
    }
    return factory;
  }

  private BlockedListener blockedListener() {
    return new BlockedListener() {
      @Override
      public void handleBlocked(String reason) {
        blocked = reason;
        LOG.atWarn()
            .addKeyValue("reason", reason)
            .log("the broker takes no more events; uploads are refused until it does");
      }

      @Override
      public void handleUnblocked() {
        blocked = null;
        LOG.info("the broker takes events again");
      }
    };
  }

  @Override
  public void publish(Event.Work event) {
    try {
      send(event);
    } catch (Outage e) {
      unpublished.add(event);
      throw e;
    }
    unpublished.published(event);
  }

  private void send(Event.Work event) {
    Envelope envelope = new Envelope(event, seal.of(event), 0);
    send(
        RabbitTopology.EVENTS,
        RabbitTopology.name(EventBus.queueOf(event)),
        envelope.properties(clock));
  }

  @Override
  public void tell(Event.Notice notice) {
    if (blocked == null && publishing.isOpen()) {
      notices.add(notice);
    }
  }

  /** Sends without waiting for a confirmation. */
  void send(Channel channel, Event.Notice notice) throws IOException {
    Envelope envelope = new Envelope(notice, seal.of(notice), 0);
    channel.basicPublish(
        RabbitTopology.EVENTS, RabbitTopology.NOTICE, envelope.properties(clock), NO_BODY);
  }

  /** Publishes and waits until the broker confirms that the message is safe. */
  void send(String exchange, String key, AMQP.BasicProperties properties) {
    String reason = blocked;
    if (reason != null) {
      throw new Outage("RabbitMQ takes no messages now: " + reason, null);
    }
    Channel channel = null;
    try {
      channel = channel();
      channel.basicPublish(exchange, key, properties, NO_BODY);
      channel.waitForConfirmsOrDie(CONFIRM.toMillis());
      if (!idle.offer(channel)) {
        channel.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted while publishing", e);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      abort(channel);
      throw new Outage("RabbitMQ did not confirm a message: " + Reasons.ofBroker(e), e);
    }
  }

  private Channel channel() throws IOException {
    for (Channel channel = idle.poll(); channel != null; channel = idle.poll()) {
      if (channel.isOpen()) {
        return channel;
      }
    }
    if (!publishing.isOpen()) {
      throw new IOException("the connection is down and being made again");
    }
    Channel fresh = channelOf(publishing);
    fresh.confirmSelect();
    return fresh;
  }

  static Channel channelOf(Connection connection) throws IOException {
    Channel fresh = connection.createChannel();
    if (fresh == null) {
      throw new IOException("the broker gives no more channels");
    }
    return fresh;
  }

  /** Closes a channel that may be closed already. */
  static void abort(@Nullable Channel channel) {
    try {
      if (channel != null) {
        channel.abort();
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a channel was gone before it was closed");
    }
  }

  /** The dead letters of this bus; they stay open as long as the bus. */
  public DeadLetters dead() {
    return dead;
  }

  /** Call this when an event became a dead letter. */
  void buried() {
    if (buried.incrementAndGet() % BETWEEN_CLEARINGS == 0) {
      clearUpDead();
    }
  }

  private void clearUpDead() {
    try {
      dead.clearUp();
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("old dead letters are not deleted; tried again later");
    }
  }

  @Override
  public Subscription consume(Queue queue, int parallel, Handler handler) {
    RabbitDelivery.Settling settling = new RabbitDelivery.Settling(this, seal, clock, queue, tries);
    return EventConsumer.start(
        queue, new RabbitDeliveries(consuming, queue, parallel, settling), tries.limit(), handler);
  }

  @Override
  public Subscription listen(Consumer<Event.Notice> listener) {
    try {
      Channel channel = consuming.createChannel();
      String queue = RabbitTopology.declareNotices(channel);
      channel.basicConsume(
          queue,
          true,
          new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(
                String tag,
                com.rabbitmq.client.Envelope delivery,
                AMQP.BasicProperties properties,
                byte[] body) {
              hear(properties, listener);
            }
          });
      return () -> abort(channel);
    } catch (IOException e) {
      throw new Outage("RabbitMQ gave no queue for notices: " + Reasons.ofBroker(e), e);
    }
  }

  private void hear(AMQP.BasicProperties properties, Consumer<Event.Notice> listener) {
    try {
      Envelope envelope = Envelope.of(properties);
      seal.check(envelope.token(), envelope.event());
      if (envelope.event() instanceof Event.Notice notice) {
        listener.accept(notice);
      }
    } catch (Throwable e) {
      LOG.atWarn().setCause(e).log("a notice could not be used; it is dropped");
    }
  }

  @Override
  public Health check() {
    String reason = blocked;
    if (reason != null) {
      return Health.down("RabbitMQ takes no messages: " + reason);
    }
    return publishing.isOpen() && consuming.isOpen()
        ? Health.of(Stream.of(unpublished.check(), notices.check()))
        : Health.down("RabbitMQ is not connected");
  }

  @Override
  public void close() {
    unpublished.close();
    notices.close();
    consuming.abort(ABORT);
    publishing.abort(ABORT);
  }
}

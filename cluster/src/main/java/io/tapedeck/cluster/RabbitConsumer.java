package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One consumer of a work queue: as many deliveries at once as the prefetch allows, each on a
 * virtual thread. A connection that is made again takes its channels along; where the broker ends
 * only the channel, as for a delivery that it finds held too long, or takes the queue away from it,
 * the next channel begins.
 */
final class RabbitConsumer implements EventBus.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitConsumer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Connection connection;
  private final int parallel;
  private final RabbitSettlement settlement;
  private final Phaser underWay = new Phaser(1);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile @Nullable Deliveries current;

  private RabbitConsumer(Connection connection, int parallel, RabbitSettlement settlement) {
    this.connection = connection;
    this.parallel = parallel;
    this.settlement = settlement;
  }

  static RabbitConsumer start(Connection connection, int parallel, RabbitSettlement settlement) {
    RabbitConsumer consumer = new RabbitConsumer(connection, parallel, settlement);
    try {
      consumer.begin();
      return consumer;
    } catch (IOException e) {
      throw new Outage(
          "RabbitMQ does not let us consume " + settlement.queue() + ": " + Reasons.ofBroker(e), e);
    }
  }

  private void begin() throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker gives no more channels");
    }
    channel.basicQos(parallel);
    Deliveries deliveries = new Deliveries(channel);
    current = deliveries;
    channel.basicConsume(RabbitTopology.name(settlement.queue()), false, deliveries);
  }

  /** What came by the former channel is delivered again; nothing waits for its answers. */
  private void beginAgain(String why) {
    LOG.atWarn()
        .addKeyValue("queue", settlement.queue())
        .addKeyValue("why", why)
        .log("the broker ended our consuming; it begins again");
    Duration pause = FIRST_PAUSE;
    String said = "";
    while (!closing && !Thread.currentThread().isInterrupted()) {
      try {
        begin();
        if (closing) {
          stop();
        }
        return;
      } catch (Throwable e) {
        String cause = Reasons.ofBroker(e);
        LOG.atLevel(cause.equals(said) ? Level.DEBUG : Level.WARN)
            .addKeyValue("queue", settlement.queue())
            .addKeyValue("cause", cause)
            .log("consuming cannot begin again yet; tried until it can");
        said = cause;
        pause(pause);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      }
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    Deliveries last = current;
    if (last != null) {
      last.cancel();
    }
  }

  @Override
  public void close() {
    closing = true;
    stopping.countDown();
    stop();
    underWay.arriveAndAwaitAdvance();
    Deliveries last = current;
    if (last != null) {
      RabbitEventBus.abort(last.getChannel());
    }
  }

  /** Those of one channel. */
  private final class Deliveries extends DefaultConsumer {
    Deliveries(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag,
        com.rabbitmq.client.Envelope delivery,
        AMQP.BasicProperties properties,
        byte[] body) {
      if (closing) {
        return; // the broker gives it to another when the channel closes
      }
      underWay.register();
      try {
        Thread.ofPlatform()
            .daemon()
            .name("rabbit-" + RabbitTopology.name(settlement.queue()))
            .start(() -> settle(delivery.getDeliveryTag(), properties));
      } catch (Throwable e) {
        // No thread to be had; what is thrown from here ends the channel for good.
        settlement.giveBack(getChannel(), delivery.getDeliveryTag(), properties, stopping, e);
        underWay.arriveAndDeregister();
      }
    }

    private void settle(long tag, AMQP.BasicProperties properties) {
      try {
        settlement.settle(getChannel(), tag, properties, stopping);
      } finally {
        underWay.arriveAndDeregister();
      }
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
      if (!closing && !signal.isHardError() && !signal.isInitiatedByApplication()) {
        begins(Reasons.ofBroker(signal));
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      if (!closing) {
        begins("cancelled");
      }
    }

    private void begins(String why) {
      Thread.ofVirtual().name("rabbit-again").start(() -> beginAgain(why));
    }

    void cancel() {
      RabbitSettlement.answer(getChannel(), () -> getChannel().basicCancel(getConsumerTag()));
    }
  }
}

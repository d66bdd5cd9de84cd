package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import io.tapedeck.tasks.Deliveries;
import io.tapedeck.tasks.Loop;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of a work queue, as many at once as the prefetch allows. When the client recovers
 * a connection, it recovers the channels too. The broker may also end only the channel, for example
 * after a delivery that was held too long, or delete the queue. Then a new channel begins.
 */
final class RabbitDeliveries implements Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitDeliveries.class);

  private final Connection connection;
  private final EventBus.Queue queue;
  private final int parallel;
  private final RabbitDelivery.Settling settling;
  private final Queue<RabbitDelivery> arrived = new ConcurrentLinkedQueue<>();
  private Runnable wake = () -> {};
  private volatile boolean stopped;
  private volatile @Nullable Consumer current;

  /** Why the broker ended our consumer; null while it has not. */
  private volatile @Nullable String ended;

  RabbitDeliveries(
      Connection connection, EventBus.Queue queue, int parallel, RabbitDelivery.Settling settling) {
    this.connection = connection;
    this.queue = queue;
    this.parallel = parallel;
    this.settling = settling;
  }

  @Override
  public void open(Runnable ring) {
    wake = ring;
    begin();
  }

  private void begin() {
    String why = ended;
    Channel channel = null;
    boolean begun = false;
    try {
      channel = RabbitEventBus.channelOf(connection);
      channel.basicQos(parallel);
      Consumer consumer = new Consumer(channel);
      ended = null;
      current = consumer;
      channel.basicConsume(RabbitTopology.name(queue), false, consumer);
      begun = true;
    } catch (IOException | ShutdownSignalException e) {
      throw new Outage("RabbitMQ does not let us consume " + queue + ": " + Reasons.ofBroker(e), e);
    } finally {
      if (!begun) {
        ended = why == null ? "it did not begin" : why;
        RabbitEventBus.abort(channel);
      }
    }
  }

  @Override
  public Next next() {
    String why = ended;
    if (why != null) {
      // The broker delivers the former channel's messages again and expects no answers to them.
      begin();
      LOG.atWarn()
          .addKeyValue("queue", queue)
          .addKeyValue("why", why)
          .log("the broker ended our consuming; it began again");
    }
    RabbitDelivery next = arrived.poll();
    return next == null ? Next.none(Loop.UNTIL_WOKEN) : Next.of(next);
  }

  /** When the channel closes, messages not yet taken go to another consumer. */
  @Override
  public void stop() {
    stopped = true;
    Consumer last = current;
    if (last != null) {
      RabbitDelivery.answer(
          last.getChannel(), () -> last.getChannel().basicCancel(last.getConsumerTag()));
    }
  }

  @Override
  public void close() {
    Consumer last = current;
    if (last != null) {
      RabbitEventBus.abort(last.getChannel());
    }
  }

  /** Receives the messages of one channel. */
  private final class Consumer extends DefaultConsumer {
    Consumer(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag,
        com.rabbitmq.client.Envelope delivery,
        AMQP.BasicProperties properties,
        byte[] body) {
      long tag = delivery.getDeliveryTag();
      try {
        arrived.add(new RabbitDelivery(settling, getChannel(), tag, properties));
        wake.run();
      } catch (Throwable e) {
        // An exception thrown from here would end the channel for good.
        RabbitDelivery.answer(getChannel(), () -> getChannel().basicNack(tag, false, true));
      }
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
      arrived.removeIf(each -> each.cameBy(getChannel())); // the broker delivers it again
      if (!signal.isHardError() && !signal.isInitiatedByApplication()) {
        end(Reasons.ofBroker(signal));
      }
    }

    @Override
    public void handleCancel(String consumerTag) {
      end("cancelled");
    }

    private void end(String why) {
      if (!stopped) {
        ended = why;
        wake.run();
      }
    }
  }
}

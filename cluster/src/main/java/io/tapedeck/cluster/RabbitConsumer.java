package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Phaser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of a work queue: as many deliveries at once as the prefetch allows, each on a
 * virtual thread.
 */
final class RabbitConsumer extends DefaultConsumer implements EventBus.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitConsumer.class);

  private final RabbitEventBus bus;
  private final Seal seal;
  private final Clock clock;
  private final EventBus.Queue queue;
  private final RabbitEventBus.Tries tries;
  private final EventBus.Handler handler;
  private final Phaser underWay = new Phaser(1);
  private volatile boolean closing;

  private RabbitConsumer(
      Channel channel,
      RabbitEventBus bus,
      Seal seal,
      Clock clock,
      EventBus.Queue queue,
      RabbitEventBus.Tries tries,
      EventBus.Handler handler) {
    super(channel);
    this.bus = bus;
    this.seal = seal;
    this.clock = clock;
    this.queue = queue;
    this.tries = tries;
    this.handler = handler;
  }

  static RabbitConsumer start(
      Connection connection,
      RabbitEventBus bus,
      Seal seal,
      Clock clock,
      EventBus.Queue queue,
      int parallel,
      RabbitEventBus.Tries tries,
      EventBus.Handler handler) {
    try {
      Channel channel = connection.createChannel();
      channel.basicQos(parallel);
      RabbitConsumer consumer =
          new RabbitConsumer(channel, bus, seal, clock, queue, tries, handler);
      channel.basicConsume(RabbitTopology.name(queue), false, consumer);
      return consumer;
    } catch (IOException e) {
      throw new Outage("RabbitMQ does not let us consume " + queue + ": " + e.getMessage(), e);
    }
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
    Thread.ofVirtual()
        .name("rabbit-" + RabbitTopology.name(queue))
        .start(() -> {
          try {
            settle(delivery.getDeliveryTag(), properties);
          } finally {
            underWay.arriveAndDeregister();
          }
        });
  }

  private void settle(long tag, AMQP.BasicProperties properties) {
    try {
      Envelope envelope = Envelope.of(properties);
      seal.check(envelope.token(), envelope.event());
      if (!(envelope.event() instanceof Event.Work work)) {
        throw new IllegalArgumentException("a notice in a work queue");
      }
      settle(tag, properties, envelope, work);
    } catch (Outage e) {
      LOG.atWarn().setCause(e).log("an event could not be settled; the broker delivers it again");
      answer(channel -> channel.basicNack(tag, false, true));
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("queue", queue)
          .log("a message is not a genuine event; it goes to the dead letters");
      answer(channel -> channel.basicReject(tag, false));
    }
  }

  private void settle(
      long tag, AMQP.BasicProperties properties, Envelope envelope, Event.Work work) {
    int earlier = envelope.attempt() + returned(properties);
    Verdict verdict = earlier >= tries.limit() ? Verdict.DISCARD : handle(work);
    if (verdict == Verdict.RETRY && earlier + 1 >= tries.limit()) {
      verdict = Verdict.DISCARD;
    }
    switch (verdict) {
      case ACK -> answer(channel -> channel.basicAck(tag, false));
      case RETRY -> {
        Envelope later = new Envelope(work, seal.of(work), earlier + 1);
        bus.send(
            "", RabbitTopology.waiting(queue, tries.pauseAfter(earlier)), later.properties(clock));
        answer(channel -> channel.basicAck(tag, false));
      }
      case DISCARD -> {
        LOG.atError()
            .addKeyValue("conversion", work.conversion())
            .addKeyValue("tries", earlier)
            .log("an event goes to the dead letters");
        handler.dead(work);
        answer(channel -> channel.basicReject(tag, false));
      }
    }
  }

  private Verdict handle(Event.Work work) {
    try {
      return handler.handle(work);
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("conversion", work.conversion())
          .log("an event's handler failed; it is tried again later");
      return Verdict.RETRY;
    }
  }

  /** How often the broker delivered this very message before, its consumer having died. */
  private static int returned(AMQP.BasicProperties properties) {
    Map<String, Object> headers = properties.getHeaders();
    return headers != null && headers.get("x-delivery-count") instanceof Number count
        ? count.intValue()
        : 0;
  }

  /** A word to the broker about a delivery. */
  private interface Answer {
    void on(Channel channel) throws IOException;
  }

  private void answer(Answer answer) {
    Channel channel = getChannel();
    synchronized (channel) {
      try {
        answer.on(channel);
      } catch (IOException | AlreadyClosedException e) {
        LOG.atWarn()
            .setCause(e)
            .log("the broker is away; it delivers the event again when it is back");
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    answer(channel -> channel.basicCancel(getConsumerTag()));
    underWay.arriveAndAwaitAdvance();
    RabbitEventBus.abort(getChannel());
  }
}

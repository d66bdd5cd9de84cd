package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.tasks.Delivery;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message of a work queue. It ends with an answer to the broker, on the channel it came by.
 * Without an answer the broker delivers it again.
 */
final class RabbitDelivery implements Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitDelivery.class);

  /** The parts needed to settle the deliveries of a queue. */
  record Settling(
      RabbitEventBus bus,
      Seal seal,
      Clock clock,
      EventBus.Queue queue,
      RabbitEventBus.Tries tries) {}

  private final Settling with;
  private final Channel channel;
  private final long tag;
  private final AMQP.BasicProperties properties;
  private @Nullable Received received;
  private boolean settled;

  RabbitDelivery(Settling with, Channel channel, long tag, AMQP.BasicProperties properties) {
    this.with = with;
    this.channel = channel;
    this.tag = tag;
    this.properties = properties;
  }

  boolean cameBy(Channel other) {
    return channel.equals(other);
  }

  @Override
  public Received read() {
    Envelope envelope = Envelope.of(properties);
    with.seal().check(envelope.token(), envelope.event());
    if (!(envelope.event() instanceof Event.Work work)) {
      throw new IllegalArgumentException("a notice in a work queue");
    }
    Received read = new Received(work, envelope.attempt() + returned());
    received = read;
    return read;
  }

  @Override
  public void settle(Verdict verdict) {
    if (channel.isOpen()) { // otherwise it is delivered again
      switch (verdict) {
        case ACK -> answer(channel, () -> channel.basicAck(tag, false));
        case RETRY -> {
          sendLater(Objects.requireNonNull(received));
          answer(channel, () -> channel.basicAck(tag, false));
        }
        case DISCARD -> {
          answer(channel, () -> channel.basicReject(tag, false));
          with.bus().buried();
        }
      }
    }
    settled = true;
  }

  private void sendLater(Received now) {
    Envelope later = new Envelope(now.event(), with.seal().of(now.event()), now.tries() + 1);
    String waiting = RabbitTopology.waiting(with.queue(), with.tries().pauseAfter(now.tries()));
    with.bus().send("", waiting, later.properties(with.clock()));
  }

  @Override
  public void close() {
    if (!settled) {
      answer(channel, () -> channel.basicNack(tag, false, true));
    }
  }

  /** How often the broker delivered this message before to a consumer that then died. */
  private int returned() {
    Map<String, Object> headers = properties.getHeaders();
    return headers != null && headers.get("x-delivery-count") instanceof Number count
        ? count.intValue()
        : 0;
  }

  /** An answer to the broker about a delivery. */
  interface Answer {
    void give() throws IOException;
  }

  static void answer(Channel channel, Answer answer) {
    synchronized (channel) {
      try {
        answer.give();
      } catch (IOException | AlreadyClosedException e) {
        LOG.atWarn()
            .addKeyValue("cause", Reasons.ofBroker(e))
            .log("the broker is away; it delivers the event again when it is back");
      }
    }
  }
}

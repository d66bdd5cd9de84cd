package io.tapedeck.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with a delivery: checked, handled, and answered as its handler says. */
record RabbitSettlement(
    RabbitEventBus bus,
    Seal seal,
    Clock clock,
    EventBus.Queue queue,
    RabbitEventBus.Tries tries,
    EventBus.Handler handler) {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitSettlement.class);

  /**
   * Ends with a word to the broker, on the channel the delivery came by, whatever is thrown.
   *
   * @param closing when it opens, a delivery that waits for its next try is given back at once
   */
  void settle(Channel channel, long tag, AMQP.BasicProperties properties, CountDownLatch closing) {
    try {
      Optional<Envelope> envelope = genuine(properties);
      if (envelope.isPresent() && envelope.get().event() instanceof Event.Work work) {
        settle(channel, tag, properties, envelope.get(), work);
      } else {
        answer(channel, () -> channel.basicReject(tag, false));
      }
    } catch (Throwable e) {
      giveBack(channel, tag, properties, closing, e);
    }
  }

  /** After a pause that grows with each time the broker has delivered it in vain. */
  void giveBack(
      Channel channel,
      long tag,
      AMQP.BasicProperties properties,
      CountDownLatch closing,
      Throwable why) {
    Duration pause = tries.pauseAfter(returned(properties));
    LOG.atWarn()
        .setCause(why instanceof Outage ? null : why)
        .addKeyValue("queue", queue)
        .addKeyValue("why", why.getMessage())
        .addKeyValue("pauseMs", pause.toMillis())
        .log("an event could not be settled; the broker delivers it again after the pause");
    try {
      closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answer(channel, () -> channel.basicNack(tag, false, true));
  }

  private Optional<Envelope> genuine(AMQP.BasicProperties properties) {
    try {
      Envelope envelope = Envelope.of(properties);
      seal.check(envelope.token(), envelope.event());
      if (!(envelope.event() instanceof Event.Work)) {
        throw new IllegalArgumentException("a notice in a work queue");
      }
      return Optional.of(envelope);
    } catch (Outage e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("queue", queue)
          .log("a message is not a genuine event; it goes to the dead letters");
      return Optional.empty();
    }
  }

  private void settle(
      Channel channel,
      long tag,
      AMQP.BasicProperties properties,
      Envelope envelope,
      Event.Work work) {
    int earlier = envelope.attempt() + returned(properties);
    Verdict verdict = earlier >= tries.limit() ? Verdict.DISCARD : handle(work);
    if (verdict == Verdict.RETRY && earlier + 1 >= tries.limit()) {
      verdict = Verdict.DISCARD;
    }
    switch (verdict) {
      case ACK -> answer(channel, () -> channel.basicAck(tag, false));
      case RETRY -> {
        Envelope later = new Envelope(work, seal.of(work), earlier + 1);
        bus.send(
            "", RabbitTopology.waiting(queue, tries.pauseAfter(earlier)), later.properties(clock));
        answer(channel, () -> channel.basicAck(tag, false));
      }
      case DISCARD -> {
        LOG.atError()
            .addKeyValue("conversion", work.conversion())
            .addKeyValue("tries", earlier)
            .log("an event goes to the dead letters");
        EventBus.tellDead(handler, work);
        answer(channel, () -> channel.basicReject(tag, false));
      }
    }
  }

  private Verdict handle(Event.Work work) {
    try {
      return handler.handle(work);
    } catch (Throwable e) {
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

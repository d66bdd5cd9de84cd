package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.tapedeck.contracts.Rabbit;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a broker does to a consumer, other than going away. */
class RabbitConsumerTest {
  /** Brokers from this version on take a queue's own word on how long a delivery may be held. */
  private static final double TAKES_THE_QUEUES_WORD = 3.12;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void whoHoldsADeliveryLongerThanTheBrokerLikesGetsItAgainAndTheNextOnesToo() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    try (Rabbit rabbit =
        Rabbit.start(folder, "{consumer_timeout, 1000}", "{channel_tick_interval, 300}")) {
      ConnectionFactory factory = RabbitEventBus.factory(rabbit.uri());
      assumeTrue(
          version(factory) < TAKES_THE_QUEUES_WORD,
          "skipped: this RabbitMQ lets each queue say how long a delivery may be held");
      Event.Work held = new Event.VideoStored(ConversionId.at(Instant.now()));
      Event.Work next = new Event.VideoStored(ConversionId.at(Instant.now()));
      BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
      CountDownLatch done = new CountDownLatch(1);
      try (RabbitEventBus bus =
              new RabbitEventBus(
                  factory, RabbitEventBusTest.OPEN, RabbitEventBusTest.QUICK, Clock.systemUTC());
          EventBus.Subscription _ =
              bus.consume(
                  EventBus.Queue.VIDEO,
                  1,
                  event -> {
                    boolean first = !delivered.contains(event);
                    delivered.add(event);
                    if (event.equals(held) && first) {
                      await(done); // as a conversion of hours
                    }
                    return EventBus.Verdict.ACK;
                  })) {
        bus.publish(held);
        bus.publish(next);
        while (!delivered.contains(next)) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(delivered).containsExactlyInAnyOrder(held, held, next);
        done.countDown();
        Event.Work last = new Event.VideoStored(ConversionId.at(Instant.now()));
        bus.publish(last);
        while (!delivered.contains(last)) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(delivered).containsExactlyInAnyOrder(held, held, next, last);
      }
    }
  }

  @Test
  @Timeout(120)
  void whoseQueueIsTakenAwayConsumesItAgainWhenItIsBack() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    EventBus.Queue queue = EventBus.Queue.VIDEO;
    Semaphore woken = new Semaphore(0);
    try (Rabbit rabbit = Rabbit.start(folder);
        Connection connection = RabbitEventBus.factory(rabbit.uri()).newConnection();
        RabbitEventBus bus =
            new RabbitEventBus(
                RabbitEventBus.factory(rabbit.uri()),
                RabbitEventBusTest.OPEN,
                RabbitEventBusTest.QUICK,
                Clock.systemUTC());
        RabbitDeliveries deliveries =
            new RabbitDeliveries(
                connection,
                queue,
                1,
                new RabbitDelivery.Settling(
                    bus,
                    RabbitEventBusTest.OPEN,
                    Clock.systemUTC(),
                    queue,
                    RabbitEventBusTest.QUICK))) {
      deliveries.open(woken::release);
      try (Channel channel = connection.createChannel()) {
        channel.queueDelete(RabbitTopology.name(queue));
        woken.acquire();
        for (int i = 0; i < 3; i++) {
          assertThatExceptionOfType(Outage.class)
              .isThrownBy(deliveries::next)
              .withMessageContaining("NOT_FOUND");
        }
        RabbitTopology.declare(channel, RabbitEventBusTest.QUICK.pauses());
      }
      assertThat(deliveries.next().delivery()).isEmpty();
      Event.Work event = new Event.VideoStored(ConversionId.at(Instant.now()));
      bus.publish(event);
      woken.acquire();
      assertThat(deliveries.next().delivery().orElseThrow().read().event()).isEqualTo(event);
    }
  }

  private static double version(ConnectionFactory factory) throws Exception {
    try (Connection connection = factory.newConnection()) {
      String[] parts = connection.getServerProperties().get("version").toString().split("\\.");
      return Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) / 100.0;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

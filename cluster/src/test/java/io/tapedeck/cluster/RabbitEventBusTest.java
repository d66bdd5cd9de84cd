package io.tapedeck.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.tapedeck.contracts.EventBusContract;
import io.tapedeck.contracts.Rabbit;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class RabbitEventBusTest extends EventBusContract {
  static final RabbitEventBus.Tries QUICK =
      new RabbitEventBus.Tries(
          DELIVERY_LIMIT, List.of(Duration.ofMillis(10), Duration.ofMillis(50)));

  static final Seal OPEN =
      new Seal() {
        @Override
        public String of(Event event) {
          return "sealed";
        }

        @Override
        public void check(String token, Event event) {
          if (!token.equals("sealed")) {
            throw new IllegalArgumentException("not sealed");
          }
        }
      };

  @TempDir static Path folder;
  private static Rabbit rabbit;

  @BeforeAll
  static void startRabbit() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    rabbit = Rabbit.start(folder);
  }

  @AfterAll
  static void stopRabbit() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  private static ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(rabbit.port());
    return factory;
  }

  @BeforeEach
  void emptyQueues() throws Exception {
    try (Connection connection = factory().newConnection();
        Channel channel = connection.createChannel()) {
      RabbitTopology.declare(channel, QUICK.pauses());
      for (EventBus.Queue queue : EventBus.Queue.values()) {
        channel.queuePurge(RabbitTopology.name(queue));
        channel.queuePurge(RabbitTopology.name(queue) + ".dead");
        for (Duration pause : QUICK.pauses()) {
          channel.queuePurge(RabbitTopology.waiting(queue, pause));
        }
      }
    }
  }

  @Override
  protected EventBus open() {
    ConnectionFactory factory = factory();
    return new RabbitEventBus(factory, OPEN, QUICK, Clock.systemUTC());
  }

  @Override
  protected EventBus replicaOf(EventBus bus) {
    return open();
  }

  /** The connections are gone; whatever a handler still does, the broker does not hear of it. */
  @Override
  protected void kill(EventBus bus) {
    bus.close();
  }
}

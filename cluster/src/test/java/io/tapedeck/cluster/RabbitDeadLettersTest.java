package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.tapedeck.contracts.DeadLettersContract;
import io.tapedeck.contracts.Rabbit;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RabbitDeadLettersTest extends DeadLettersContract {
  private static final RabbitEventBus.Tries QUICK =
      new RabbitEventBus.Tries(DELIVERY_LIMIT, RabbitEventBusTest.QUICK.pauses());

  @TempDir static Path folder;
  private static Rabbit rabbit;
  private RabbitEventBus bus;
  private Connection connection;
  private Channel channel;

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
  void open() throws Exception {
    connection = factory().newConnection();
    channel = connection.createChannel();
    RabbitTopology.declare(channel, QUICK.pauses());
    for (Queue queue : Queue.values()) {
      channel.queuePurge(RabbitTopology.name(queue));
      channel.queuePurge(RabbitTopology.dead(queue));
    }
    bus = another();
  }

  private RabbitEventBus another() {
    return new RabbitEventBus(factory(), RabbitEventBusTest.OPEN, QUICK, clock);
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
    connection.close();
  }

  @Override
  protected EventBus bus() {
    return bus;
  }

  @Override
  protected DeadLetters dead() {
    return bus.dead();
  }

  private void publishDead(String id, Instant died) throws Exception {
    channel.confirmSelect();
    channel.basicPublish(
        "",
        "mp3.dead",
        new AMQP.BasicProperties.Builder()
            .messageId(id)
            .type("from-the-future")
            .deliveryMode(2)
            .headers(Map.of("died", died.toEpochMilli()))
            .build(),
        new byte[0]);
    channel.waitForConfirmsOrDie(30_000);
  }

  @Test
  void lookingOftenLosesNothing() throws Exception {
    publishDead("one", clock.instant());
    publishDead("two", clock.instant().plusSeconds(1));

    for (int i = 0; i < RabbitTopology.DELIVERY_LIMIT + 5; i++) {
      assertThat(dead().list()).extracting(DeadLetter::id).containsExactly("one", "two");
    }
  }

  @Test
  void whatACrashLeftTwiceCountsAsOne() throws Exception {
    publishDead("twice", clock.instant());
    publishDead("twice", clock.instant());

    assertThat(dead().list()).hasSize(1);
    assertThat(dead().drop("twice")).isTrue();
    assertThat(dead().list()).isEmpty();
  }

  @Test
  void whatIsNoEventIsListedAndCanOnlyBeDropped() throws Exception {
    publishDead("odd", clock.instant());

    assertThat(dead().list()).singleElement().extracting("reason").asString().contains("no event");
    assertThatThrownBy(() -> dead().retry("odd")).isInstanceOf(Refusal.class);
    assertThat(dead().list()).extracting(DeadLetter::id).containsExactly("odd");
    assertThat(dead().drop("odd")).isTrue();
  }

  @Test
  void aProcessThatStartsDeletesWhatIsTooOldAndKeepsTheRest() throws Exception {
    publishDead("old", clock.instant().minus(DeadLetters.KEPT).minusSeconds(60));
    publishDead("older", clock.instant().minus(DeadLetters.KEPT).minusSeconds(120));
    publishDead("young", clock.instant());

    another().close();

    assertThat(List.copyOf(dead().list())).extracting(DeadLetter::id).containsExactly("young");
  }
}

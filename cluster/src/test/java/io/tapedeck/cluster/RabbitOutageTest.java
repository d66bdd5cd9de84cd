package io.tapedeck.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.contracts.Rabbit;
import io.tapedeck.contracts.Signal;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is away for some seconds, or does not answer. */
@Timeout(180)
class RabbitOutageTest {
  private static final long PATIENCE = 120;

  @TempDir Path folder;
  private Rabbit rabbit;
  private RabbitEventBus bus;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    rabbit = Rabbit.start(folder);
    bus =
        new RabbitEventBus(
            RabbitEventBus.factory(rabbit.uri()),
            RabbitEventBusTest.OPEN,
            RabbitEventBusTest.QUICK,
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    if (bus != null) {
      bus.close();
    }
    if (rabbit != null) {
      rabbit.close();
    }
  }

  /** Nobody publishes them again: no Janitor is here. */
  @Test
  void whatCouldNotBePublishedGoesOutByItselfWhenTheBrokerIsBack() throws Exception {
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (EventBus.Subscription _ =
        bus.consume(
            EventBus.Queue.MP3,
            1,
            event -> {
              delivered.add(event);
              return EventBus.Verdict.ACK;
            })) {
      rabbit.kill();
      List<Event.Work> ended = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Event.Work event = new Event.Mp3Ready(ConversionId.at(Instant.now()));
        assertThatExceptionOfType(Outage.class).isThrownBy(() -> bus.publish(event));
        assertThatExceptionOfType(Outage.class).isThrownBy(() -> bus.publish(event));
        ended.add(event);
      }
      rabbit.restart();
      long back = System.nanoTime();
      List<Event> first = new ArrayList<>();
      for (int i = 0; i < ended.size(); i++) {
        first.add(delivered.poll(PATIENCE, TimeUnit.SECONDS));
      }
      System.out.printf("published %.1f s after the return%n", (System.nanoTime() - back) / 1e9);
      assertThat(first).containsExactlyElementsOf(ended);
    }
  }

  @Test
  void whoTellsDoesNotWaitForABrokerThatDoesNotAnswer() throws Exception {
    ConversionId id = ConversionId.at(Instant.now());
    Event.Notice changed = new Event.Changed(id, AccountId.at(Instant.now()));
    BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
    try (EventBus.Subscription _ = bus.listen(heard::add)) {
      bus.tell(changed); // what the first one needs is there then
      assertThat(heard.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(changed);
      Signal.STOP.to(rabbit.process());
      Thread.State state;
      try {
        Thread telling = Thread.ofPlatform().start(() -> bus.tell(changed));
        do {
          state = telling.getState();
        } while (state != Thread.State.TERMINATED && state != Thread.State.TIMED_WAITING);
      } finally {
        Signal.CONT.to(rabbit.process());
      }
      assertThat(state).isEqualTo(Thread.State.TERMINATED);
      assertThat(heard.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(changed);
    }
  }
}

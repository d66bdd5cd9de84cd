package io.tapedeck.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tapedeck.contracts.EveryThrowable;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventConsumerTest {
  private static final int LIMIT = 4;

  private final Queue<Fake> waiting = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  /** What is thrown when a delivery is asked for, each once. */
  private final Queue<Throwable> takes = new ConcurrentLinkedQueue<>();

  private Runnable wake = () -> {};

  private final Deliveries deliveries =
      new Deliveries() {
        @Override
        public void open(Runnable ring) {
          wake = ring;
        }

        @Override
        public Next next() {
          raise(takes.poll());
          Fake next = waiting.poll();
          return next == null ? Next.none(Loop.UNTIL_WOKEN) : Next.of(next);
        }

        @Override
        public void close() {
          seen.add("closed");
        }
      };

  /** A delivery that throws once for each that is put into its lists. */
  private final class Fake implements Delivery {
    final Queue<Throwable> reads = new ArrayDeque<>();
    final Queue<Throwable> settles = new ArrayDeque<>();
    private final int tries;

    Fake(int tries) {
      this.tries = tries;
    }

    @Override
    public Received read() {
      raise(reads.poll());
      return new Received(new Event.VideoStored(ConversionId.at(Instant.EPOCH)), tries);
    }

    @Override
    public void settle(Verdict verdict) {
      raise(settles.poll());
      seen.add(verdict.name());
    }

    @Override
    public void close() {
      seen.add("given back");
    }
  }

  private static void raise(Throwable thrown) {
    if (thrown != null) {
      throw EveryThrowable.sneak(thrown);
    }
  }

  private EventConsumer consuming(EventBus.Handler handler) {
    return EventConsumer.start(EventBus.Queue.VIDEO, deliveries, LIMIT, handler);
  }

  private void deliver(Fake delivery) {
    waiting.add(delivery);
    wake.run();
  }

  private List<String> next(int many) throws InterruptedException {
    java.util.ArrayList<String> all = new java.util.ArrayList<>();
    for (int i = 0; i < many; i++) {
      all.add(seen.poll(30, TimeUnit.SECONDS));
    }
    return all;
  }

  private EventBus.Handler saying(Verdict verdict) {
    return event -> {
      seen.add("handled");
      return verdict;
    };
  }

  @Test
  void whateverTakingADeliveryThrowsTheNextOneIsTaken() throws Exception {
    for (Throwable kind : EveryThrowable.kinds()) {
      takes.add(kind);
      waiting.add(new Fake(0));
      try (EventConsumer consumer = consuming(saying(Verdict.ACK))) {
        assertThat(next(3)).as("%s", kind).containsExactly("handled", "ACK", "given back");
        assertThat(consumer.check()).isEqualTo(Health.up());
      }
      assertThat(next(1)).containsExactly("closed");
    }
  }

  @Test
  void whateverSettlingThrowsTheWorkIsDoneOnceAndSettled() throws Exception {
    for (Throwable kind : EveryThrowable.kinds()) {
      Fake delivery = new Fake(0);
      delivery.settles.add(kind);
      waiting.add(delivery);
      try (EventConsumer _ = consuming(saying(Verdict.ACK))) {
        assertThat(next(3)).as("%s", kind).containsExactly("handled", "ACK", "given back");
      }
      assertThat(next(1)).containsExactly("closed");
    }
  }

  @Test
  void whateverAHandlerThrowsTheDeliveryIsTriedAgain() throws Exception {
    Queue<Throwable> kinds = new ConcurrentLinkedQueue<>(EveryThrowable.kinds());
    try (EventConsumer _ =
        consuming(event -> {
          raise(kinds.poll());
          return Verdict.ACK;
        })) {
      while (!kinds.isEmpty()) {
        deliver(new Fake(0));
        assertThat(next(2)).containsExactly("RETRY", "given back");
      }
      deliver(new Fake(0));
      assertThat(next(2)).containsExactly("ACK", "given back");
    }
  }

  @Test
  void whatCannotBeReadIsBuriedAndWhatCannotBeReadNowIsReadAgain() throws Exception {
    try (EventConsumer _ = consuming(saying(Verdict.ACK))) {
      Fake odd = new Fake(0);
      odd.reads.add(new IllegalArgumentException("no event is of this type"));
      deliver(odd);
      assertThat(next(2)).containsExactly("DISCARD", "given back");
      for (Throwable passing :
          List.of(new Outage("the keys are away", null), new OutOfMemoryError("not ours"))) {
        Fake later = new Fake(0);
        later.reads.add(passing);
        deliver(later);
        assertThat(next(3)).containsExactly("handled", "ACK", "given back");
      }
    }
  }

  @Test
  void theLastTryIsBuriedAndOneTooManyIsNotEvenHandled() throws Exception {
    try (EventConsumer _ = consuming(saying(Verdict.RETRY))) {
      deliver(new Fake(LIMIT - 2));
      assertThat(next(3)).containsExactly("handled", "RETRY", "given back");
      deliver(new Fake(LIMIT - 1));
      assertThat(next(3)).containsExactly("handled", "DISCARD", "given back");
      deliver(new Fake(LIMIT));
      assertThat(next(2)).containsExactly("DISCARD", "given back");
    }
  }

  @Test
  void aDeliveryThatNeverSettlesMakesTheConsumerDownAndIsGivenBackAtTheClose() throws Exception {
    Fake stuck = new Fake(0);
    for (int i = 0; i < 100; i++) {
      stuck.settles.add(new NoClassDefFoundError("io/tapedeck/Gone"));
    }
    waiting.add(stuck);
    try (EventConsumer consumer = consuming(saying(Verdict.ACK))) {
      while (consumer.check().equals(Health.up())) {
        Thread.onSpinWait();
      }
      assertThat(((Health.Down) consumer.check()).reason()).contains("io/tapedeck/Gone");
    }
    assertThat(next(3)).containsExactly("handled", "given back", "closed");
  }

  @Test
  void whereDeliveriesCannotBeginNothingIsLeftRunning() {
    Deliveries away =
        new Deliveries() {
          @Override
          public void open(Runnable ring) {
            throw new Outage("the broker is away", null);
          }

          @Override
          public Next next() {
            throw new IllegalStateException("asked before it was open");
          }

          @Override
          public void close() {}
        };
    assertThatExceptionOfType(Outage.class)
        .isThrownBy(
            () -> EventConsumer.start(EventBus.Queue.MP3, away, LIMIT, saying(Verdict.ACK)));
  }
}

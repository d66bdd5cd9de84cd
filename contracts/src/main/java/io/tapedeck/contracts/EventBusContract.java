package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Handler;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Subscription;
import io.tapedeck.core.EventBus.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every EventBus does. A subclass says how one is opened; within one test every opening sees
 * the same queues, the first opening empty ones.
 */
public abstract class EventBusContract {
  /** How often an event is delivered at most. */
  protected static final int DELIVERY_LIMIT = 4;

  /** Longest wait for what must come; what must not come is shown by what comes after it. */
  private static final int PATIENCE = 30;

  private final List<EventBus> opened = new ArrayList<>();

  /**
   * Opens the bus of this test with {@link #DELIVERY_LIMIT} and the shortest pauses between
   * deliveries that it can do, again perhaps while an earlier opening was never closed.
   */
  protected abstract EventBus open() throws Exception;

  /** Ends a bus as {@code kill -9} would: what it has under way is never answered. */
  protected abstract void kill(EventBus bus) throws Exception;

  private EventBus bus() throws Exception {
    EventBus bus = open();
    opened.add(bus);
    return bus;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(EventBus::close);
  }

  @Test
  void itIsFitForWork() throws Exception {
    assertThat(bus().check()).isEqualTo(Health.up());
  }

  @Test
  void aHandlerMayWaitForAProcessWithoutHoldingUpVirtualThreads() throws Exception {
    EventBus bus = bus();
    BlockingQueue<Thread> seen = new LinkedBlockingQueue<>();
    Recorder videos =
        new Recorder(event -> {
          seen.add(Thread.currentThread());
          return Verdict.ACK;
        });
    bus.publish(stored());
    try (Subscription _ = bus.consume(Queue.VIDEO, 1, videos)) {
      videos.next();
      assertThat(seen.take().isVirtual()).isFalse();
    }
  }

  @Test
  void eventsReachTheHandlerOfTheirQueue() throws Exception {
    EventBus bus = bus();
    Recorder videos = new Recorder(event -> Verdict.ACK);
    Recorder mp3s = new Recorder(event -> Verdict.ACK);
    Event.Work failed = new Event.ConversionFailed(id());
    Event.Work ready = new Event.Mp3Ready(id());
    bus.publish(failed); // before anybody consumes
    try (Subscription _ = bus.consume(Queue.VIDEO, 2, videos);
        Subscription _ = bus.consume(Queue.MP3, 2, mp3s)) {
      Event.Work stored = stored();
      bus.publish(stored);
      bus.publish(ready);
      assertThat(videos.next()).isEqualTo(stored);
      assertThat(List.of(mp3s.next(), mp3s.next())).containsExactlyInAnyOrder(failed, ready);
    }
    assertThat(videos.delivered).isEmpty();
    assertThat(mp3s.delivered).isEmpty();
  }

  @Test
  void eachEventGoesToOneOfSeveralConsumers() throws Exception {
    EventBus bus = bus();
    Recorder both = new Recorder(event -> Verdict.ACK);
    List<Event> published = new ArrayList<>();
    try (Subscription _ = bus.consume(Queue.VIDEO, 3, both);
        Subscription _ = bus.consume(Queue.VIDEO, 3, both)) {
      for (int i = 0; i < 40; i++) {
        Event.Work event = stored();
        published.add(event);
        bus.publish(event);
      }
      List<Event> delivered = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        delivered.add(both.next());
      }
      assertThat(delivered).containsExactlyInAnyOrderElementsOf(published);
    }
    assertThat(both.delivered).isEmpty();
  }

  @Test
  void whatIsNotDoneNowComesAgain() throws Exception {
    EventBus bus = bus();
    AtomicInteger tries = new AtomicInteger();
    Recorder handler =
        new Recorder(event -> tries.incrementAndGet() < 3 ? Verdict.RETRY : Verdict.ACK);
    Event.Work event = stored();
    Event.Work other = stored();
    try (Subscription _ = bus.consume(Queue.VIDEO, 1, handler)) {
      bus.publish(event);
      assertThat(List.of(handler.next(), handler.next(), handler.next())).containsOnly(event);
      bus.publish(other);
      assertThat(handler.next()).isEqualTo(other);
    }
    assertThat(handler.dead).isEmpty();
  }

  @Test
  void anEventThatWaitsForItsNextTryHoldsUpNoOther() throws Exception {
    EventBus bus = bus();
    Event.Work bad = stored();
    Recorder handler = new Recorder(event -> event.equals(bad) ? Verdict.RETRY : Verdict.ACK);
    try (Subscription _ = bus.consume(Queue.VIDEO, 1, handler)) {
      bus.publish(bad);
      assertThat(handler.next()).isEqualTo(bad);
      Event.Work good = stored();
      bus.publish(good);
      Event next = handler.next();
      while (next.equals(bad)) {
        next = handler.next();
      }
      assertThat(next).isEqualTo(good);
    }
  }

  @Test
  void aHandlerThatThrowsIsTriedAgainUntilTheLimitAndThenToldThatItIsDead() throws Exception {
    EventBus bus = bus();
    Recorder handler =
        new Recorder(event -> {
          throw new IllegalStateException("this handler always fails");
        });
    Event.Work event = stored();
    try (Subscription _ = bus.consume(Queue.VIDEO, 2, handler)) {
      bus.publish(event);
      for (int i = 0; i < DELIVERY_LIMIT; i++) {
        assertThat(handler.next()).isEqualTo(event);
      }
      assertThat(handler.nextDead()).isEqualTo(event);
    }
    assertThat(handler.delivered).isEmpty();
    assertThat(handler.dead).isEmpty();
  }

  @Test
  void whateverAHandlerThrowsComesAgainAndWorkGoesOn() throws Exception {
    EventBus bus = bus();
    Map<Event, Throwable> first = new ConcurrentHashMap<>();
    Recorder handler =
        new Recorder(event -> {
          Throwable thrown = first.remove(event);
          if (thrown != null) {
            throw EveryThrowable.sneak(thrown);
          }
          return Verdict.ACK;
        });
    try (Subscription _ = bus.consume(Queue.VIDEO, 1, handler)) {
      for (Throwable thrown : EveryThrowable.kinds()) {
        Event.Work event = stored();
        first.put(event, thrown);
        bus.publish(event);
        assertThat(List.of(handler.next(), handler.next())).as("%s", thrown).containsOnly(event);
      }
    }
    assertThat(handler.delivered).isEmpty();
    assertThat(handler.dead).isEmpty();
  }

  @Test
  void aHandlerThatFailsToHearOfADeadEventHoldsUpNoOther() throws Exception {
    EventBus bus = bus();
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    Handler handler =
        new Handler() {
          @Override
          public Verdict handle(Event.Work event) {
            delivered.add(event);
            return Verdict.DISCARD;
          }

          @Override
          public void dead(Event.Work event) {
            throw new StackOverflowError();
          }
        };
    Event.Work first = stored();
    Event.Work second = stored();
    try (Subscription _ = bus.consume(Queue.VIDEO, 1, handler)) {
      bus.publish(first);
      assertThat(Recorder.taken(delivered)).isEqualTo(first);
      bus.publish(second);
      assertThat(Recorder.taken(delivered)).isEqualTo(second);
    }
    assertThat(delivered).isEmpty();
  }

  @Test
  void whatIsDiscardedIsDeadAtOnce() throws Exception {
    EventBus bus = bus();
    Recorder handler = new Recorder(event -> Verdict.DISCARD);
    Event.Work event = new Event.Mp3Ready(id());
    Event.Work after = new Event.Mp3Ready(id());
    try (Subscription _ = bus.consume(Queue.MP3, 1, handler)) {
      bus.publish(event);
      assertThat(handler.nextDead()).isEqualTo(event);
      bus.publish(after);
      assertThat(handler.nextDead()).isEqualTo(after);
      assertThat(handler.delivered).containsExactly(event, after);
    }
  }

  @Test
  void noMoreThanTheBoundRunAtOnceAndThatManyDo() throws Exception {
    EventBus bus = bus();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    CountDownLatch go = new CountDownLatch(1);
    Recorder handler =
        new Recorder(event -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          three.countDown();
          await(go);
          now.decrementAndGet();
          return Verdict.ACK;
        });
    try (Subscription _ = bus.consume(Queue.VIDEO, 3, handler)) {
      for (int i = 0; i < 12; i++) {
        bus.publish(stored());
      }
      assertThat(three.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
      go.countDown();
      for (int i = 0; i < 12; i++) {
        handler.next();
      }
    }
    assertThat(most).hasValue(3);
  }

  @Test
  void closingWaitsForWhatIsUnderWayAndLeavesTheRest() throws Exception {
    EventBus bus = bus();
    Semaphore started = new Semaphore(0);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Recorder handler =
        new Recorder(event -> {
          started.release();
          await(go);
          ended.incrementAndGet();
          return Verdict.ACK;
        });
    Subscription subscription = bus.consume(Queue.VIDEO, 1, handler);
    Event.Work first = stored();
    Event.Work second = stored();
    bus.publish(first);
    started.acquire();
    bus.publish(second);
    CompletableFuture<Integer> closing =
        CompletableFuture.supplyAsync(() -> {
          subscription.close();
          return ended.get();
        });
    go.countDown();
    assertThat(closing.get(PATIENCE, TimeUnit.SECONDS)).isPositive();
    int handled = handler.delivered.size();
    subscription.close(); // a second close does nothing
    Recorder next = new Recorder(event -> Verdict.ACK);
    if (handled == 1) {
      try (Subscription _ = bus.consume(Queue.VIDEO, 1, next)) {
        assertThat(next.next()).isEqualTo(second);
      }
    }
    assertThat(handler.delivered).startsWith(first);
  }

  @Test
  void anEventOutlivesTheBusThatTookIt() throws Exception {
    Event.Work event = stored();
    EventBus first = bus();
    first.publish(event);
    first.close();
    Recorder handler = new Recorder(e -> Verdict.ACK);
    try (Subscription _ = bus().consume(Queue.VIDEO, 1, handler)) {
      assertThat(handler.next()).isEqualTo(event);
    }
  }

  @Test
  void whatWasUnderWayWhenABusWasKilledIsDeliveredAgain() throws Exception {
    Event.Work event = stored();
    EventBus killed = bus();
    CountDownLatch never = new CountDownLatch(1);
    Recorder stuck =
        new Recorder(e -> {
          await(never);
          return Verdict.ACK;
        });
    killed.consume(Queue.VIDEO, 1, stuck);
    killed.publish(event);
    stuck.next();
    kill(killed);
    Recorder handler = new Recorder(e -> Verdict.ACK);
    try (Subscription _ = bus().consume(Queue.VIDEO, 1, handler)) {
      assertThat(handler.next()).isEqualTo(event);
    }
    never.countDown();
  }

  @Test
  void aNoticeReachesEverybodyWhoListens() throws Exception {
    EventBus bus = bus();
    EventBus replica = replicaOf(bus);
    BlockingQueue<Event.Notice> first = new LinkedBlockingQueue<>();
    BlockingQueue<Event.Notice> second = new LinkedBlockingQueue<>();
    Event.Notice changed = new Event.Changed(id(), AccountId.at(Instant.now()));
    Event.Notice stopped = new Event.Stopped(id(), AccountId.at(Instant.now()));
    try (Subscription _ = bus.listen(Recorder::failing);
        Subscription _ = bus.listen(Recorder::failingWithAnError);
        Subscription _ = bus.listen(first::add)) {
      try (Subscription _ = replica.listen(second::add)) {
        bus.tell(changed);
        assertThat(first.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(changed);
        assertThat(second.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(changed);
      }
      replica.tell(stopped);
      assertThat(first.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(stopped);
      assertThat(second).isEmpty();
    }
  }

  /**
   * Another opening that shares notices with this bus; a bus for one process only returns itself.
   */
  protected EventBus replicaOf(EventBus bus) throws Exception {
    return bus;
  }

  private static ConversionId id() {
    return ConversionId.at(Instant.now());
  }

  private static Event.Work stored() {
    return new Event.VideoStored(id());
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(2 * PATIENCE, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody opened the latch");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** A handler that writes down what it is given before it answers. */
  private static final class Recorder implements Handler {
    final BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    final BlockingQueue<Event> dead = new LinkedBlockingQueue<>();
    private final Function<Event.Work, Verdict> answer;

    Recorder(Function<Event.Work, Verdict> answer) {
      this.answer = answer;
    }

    static void failing(Event.Notice notice) {
      throw new IllegalStateException("this listener always fails: " + notice);
    }

    static void failingWithAnError(Event.Notice notice) {
      throw new StackOverflowError("this listener too: " + notice);
    }

    @Override
    public Verdict handle(Event.Work event) {
      delivered.add(event);
      return answer.apply(event);
    }

    @Override
    public void dead(Event.Work event) {
      dead.add(event);
    }

    Event next() throws InterruptedException {
      return taken(delivered);
    }

    Event nextDead() throws InterruptedException {
      return taken(dead);
    }

    private static Event taken(BlockingQueue<Event> queue) throws InterruptedException {
      Event event = queue.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(event).as("an event within %s s", PATIENCE).isNotNull();
      return java.util.Objects.requireNonNull(event);
    }
  }
}

package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionId;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Subscription;
import io.tapedeck.core.EventBus.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the dead letters of every EventBus do. A subclass opens both, with nothing dead. */
public abstract class DeadLettersContract {
  private static final int PATIENCE = 30;

  /** The time of both; it may be turned forward. */
  protected final TurnableClock clock = new TurnableClock(Instant.now());

  /** How often an event is delivered by the bus. */
  protected static final int DELIVERY_LIMIT = 3;

  /** The bus of this test, always the same one. */
  protected abstract EventBus bus();

  /** Its dead letters. */
  protected abstract DeadLetters dead();

  private static ConversionId id() {
    return ConversionId.at(Instant.now());
  }

  /** All that is dead, when so many are. */
  private List<DeadLetter> listed(int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    List<DeadLetter> all = dead().list();
    while (all.size() != count && System.nanoTime() < end) {
      Thread.onSpinWait(); // the handler was told, and the bus is about to write it down
      all = dead().list();
    }
    assertThat(all).hasSize(count);
    return all;
  }

  private void die(Event.Work event, Verdict verdict, int deliveries) throws Exception {
    BlockingQueue<Event> told = new LinkedBlockingQueue<>();
    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    EventBus.Handler handler =
        new EventBus.Handler() {
          @Override
          public Verdict handle(Event.Work work) {
            delivered.add(work);
            return verdict;
          }

          @Override
          public void dead(Event.Work work) {
            told.add(work);
          }
        };
    int before = dead().list().size();
    try (Subscription _ = bus().consume(EventBus.queueOf(event), 1, handler)) {
      bus().publish(event);
      while (told.poll(10, TimeUnit.MILLISECONDS) == null) {
        clock.advance(Duration.ofSeconds(1)); // to the next try
      }
      listed(before + 1);
    }
    assertThat(delivered).hasSize(deliveries);
  }

  @Test
  void whatIsDeadIsListedWithAllThereIsToKnow() throws Exception {
    assertThat(dead().list()).isEmpty();
    ConversionId refused = id();
    ConversionId inVain = id();
    die(new Event.Mp3Ready(refused), Verdict.DISCARD, 1);
    die(new Event.VideoStored(inVain), Verdict.RETRY, DELIVERY_LIMIT);

    List<DeadLetter> all = listed(2);

    DeadLetter mp3 = all.stream().filter(each -> each.queue() == Queue.MP3).findFirst().get();
    assertThat(mp3.type()).isEqualTo("mp3-ready");
    assertThat(mp3.conversion()).isEqualTo(refused.value());
    assertThat(mp3.tries()).isEqualTo(1);
    assertThat(mp3.reason()).contains("refused");
    assertThat(mp3.died())
        .isBetween(Instant.now().minusSeconds(300), clock.instant().plusSeconds(300));
    DeadLetter video = all.stream().filter(each -> each.queue() == Queue.VIDEO).findFirst().get();
    assertThat(video.type()).isEqualTo("video-stored");
    assertThat(video.conversion()).isEqualTo(inVain.value());
    assertThat(video.tries()).isEqualTo(DELIVERY_LIMIT);
    assertThat(video.reason()).contains("in vain");
    assertThat(dead().list()).as("looked at once more").isEqualTo(all);
  }

  @Test
  void whatIsRetriedIsOnItsQueueOnceAndDeadNoMore() throws Exception {
    Event.Work event = new Event.ConversionFailed(id());
    die(new Event.Mp3Ready(id()), Verdict.DISCARD, 1);
    die(event, Verdict.RETRY, DELIVERY_LIMIT);
    String id =
        listed(2).stream()
            .filter(each -> each.type().equals("conversion-failed"))
            .findFirst()
            .get()
            .id();

    assertThat(dead().retry(id)).isTrue();
    assertThat(dead().retry(id)).isFalse();

    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (Subscription _ =
        bus()
            .consume(
                Queue.MP3,
                1,
                work -> {
                  delivered.add(work);
                  return Verdict.ACK;
                })) {
      assertThat(delivered.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(event);
      Event.Work next = new Event.Mp3Ready(id());
      bus().publish(next);
      assertThat(delivered.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo(next);
    }
    assertThat(listed(1).getFirst().id()).isNotEqualTo(id);
  }

  @Test
  void whatIsRetriedInVainDiesAgainAfterAllItsTries() throws Exception {
    Event.Work event = new Event.ConversionFailed(id());
    die(event, Verdict.RETRY, DELIVERY_LIMIT);
    dead().retry(listed(1).getFirst().id());
    assertThat(dead().list()).isEmpty();

    BlockingQueue<Event> delivered = new LinkedBlockingQueue<>();
    try (Subscription _ =
        bus()
            .consume(
                Queue.MP3,
                1,
                work -> {
                  delivered.add(work);
                  return Verdict.RETRY;
                })) {
      for (int i = 0; i < DELIVERY_LIMIT; i++) {
        while (delivered.poll(10, TimeUnit.MILLISECONDS) == null) {
          clock.advance(Duration.ofSeconds(1));
        }
      }
      assertThat(listed(1).getFirst().tries()).isEqualTo(DELIVERY_LIMIT);
    }
  }

  @Test
  void oneOrAllAreDropped() throws Exception {
    for (int i = 0; i < 3; i++) {
      die(new Event.Mp3Ready(id()), Verdict.DISCARD, 1);
    }
    List<DeadLetter> all = listed(3);

    assertThat(dead().drop(all.get(1).id())).isTrue();
    assertThat(dead().drop(all.get(1).id())).isFalse();
    assertThat(dead().drop("nobody")).isFalse();
    assertThat(dead().list()).containsExactly(all.get(0), all.get(2));
    assertThat(dead().dropAll()).isEqualTo(2);
    assertThat(dead().list()).isEmpty();
  }

  @Test
  void whatIsAMonthOldGoes() throws Exception {
    die(new Event.Mp3Ready(id()), Verdict.DISCARD, 1);
    dead().clearUp();
    listed(1);

    clock.advance(DeadLetters.KEPT.plusMinutes(1));
    dead().clearUp();

    assertThat(dead().list()).isEmpty();
  }
}

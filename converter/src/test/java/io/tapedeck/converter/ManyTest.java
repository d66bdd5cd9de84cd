package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Video;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Janitor before more conversions than it asks for at once, changed in the same moment. */
@Timeout(120)
class ManyTest {
  private static final int MANY = 1200;
  private static final Duration RETENTION = Duration.ofDays(7);

  @TempDir Path folder;
  private ConverterHarness house;

  @BeforeEach
  void open() {
    house = new ConverterHarness(folder);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void allThatEndedAreToldAgainHoweverMany() throws Exception {
    Set<ConversionId> ended = new HashSet<>(ended());
    Janitor janitor = house.janitor("j");
    house.clock.advance(Duration.ofMinutes(2));
    janitor.round();
    janitor.round();
    assertThat(told(Queue.MP3)).hasSize(MANY).containsExactlyInAnyOrderElementsOf(ended);
  }

  @Test
  void whatEndsLaterIsToldThoughManyEndedInTheHourBefore() throws Exception {
    ended();
    Janitor janitor = house.janitor("j");
    house.clock.advance(Duration.ofMinutes(2));
    janitor.round();
    told(Queue.MP3);
    ConversionId last = queued();
    fail(last);
    house.clock.advance(Duration.ofMinutes(2));
    janitor.round();
    assertThat(told(Queue.MP3)).containsExactly(last);
  }

  @Test
  void aRoundThatTheBrokersAbsenceBreaksOffGoesOnWhereItStood() throws Exception {
    Set<ConversionId> ended = new HashSet<>(ended());
    AtomicInteger left = new AtomicInteger(700);
    OddBus away =
        new OddBus(
            house.bus,
            event -> {
              if (event instanceof Event.Work && left.getAndDecrement() <= 0) {
                throw new Outage("the broker is away", null);
              }
            });
    Janitor janitor = house.janitor("j", away);
    house.clock.advance(Duration.ofMinutes(2));
    janitor.round();
    left.set(MANY);
    janitor.round();
    assertThat(told(Queue.MP3)).hasSize(MANY).containsExactlyInAnyOrderElementsOf(ended);
  }

  @Test
  void allThatWaitAreToldAgainHoweverMany() throws Exception {
    Set<ConversionId> waiting = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      waiting.add(queued());
    }
    Janitor janitor = house.janitor("j");
    house.clock.advance(Duration.ofSeconds(70));
    janitor.round();
    janitor.round();
    assertThat(told(Queue.VIDEO)).hasSize(MANY).containsExactlyInAnyOrderElementsOf(waiting);
  }

  @Test
  void allThatAreOldExpireInOneRound() {
    List<ConversionId> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(queued());
    }
    house.clock.advance(RETENTION.plusSeconds(1));
    house.janitor("j").round();
    assertThat(all).allSatisfy(id -> assertThat(house.kind(id)).isEqualTo(Kind.EXPIRED));
  }

  private List<ConversionId> ended() {
    List<ConversionId> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(queued());
      fail(all.getLast());
    }
    return all;
  }

  private void fail(ConversionId id) {
    house.ledger.giveUp(id, new Problem(Code.NO_AUDIO_TRACK, "mute"));
  }

  private ConversionId queued() {
    ConversionId id = ConversionId.at(house.clock.instant());
    house.ledger.create(
        id,
        house.owner,
        new Video("talk.mp4", 5, BlobId.video(id)),
        ConversionOptions.DEFAULT,
        house.clock.instant().plus(RETENTION));
    return id;
  }

  /** All that a queue has now, in its order. */
  private List<ConversionId> told(Queue queue) throws InterruptedException {
    ConversionId marker = ConversionId.at(house.clock.instant());
    house.bus.publish(
        queue == Queue.VIDEO ? new Event.VideoStored(marker) : new Event.Mp3Ready(marker));
    List<ConversionId> told = new ArrayList<>();
    ConverterHarness.Heard heard = house.hear(queue);
    for (ConversionId id = heard.next().conversion();
        !id.equals(marker);
        id = heard.next().conversion()) {
      told.add(id);
    }
    heard.end();
    return told;
  }
}

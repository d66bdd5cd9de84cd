package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JanitorTest {
  private static final Duration LEASE = ConverterHarness.LEASE;

  @TempDir Path folder;
  private ConverterHarness house;
  private Janitor janitor;
  private Path video;

  @BeforeEach
  void open() throws Exception {
    house = new ConverterHarness(folder);
    janitor = house.janitor("j");
    video = Files.writeString(folder.resolve("video"), "bytes");
    // Blobs carry the file system's times; the ledger's clock begins there.
    house.clock.set(Instant.now());
  }

  @AfterEach
  void close() throws Exception {
    house.close();
  }

  @Test
  void anAbandonedLeaseIsFreedAndTheVideoToldAgain() throws Exception {
    ConversionId id = house.stored(video);
    Lease lease = claim(id);
    write(BlobId.mp3(id, lease.attempt()), true);
    janitor.look();
    house.pass(LEASE.minusSeconds(1), janitor);
    assertThat(house.kind(id)).isEqualTo(Kind.CONVERTING);
    house.pass(Duration.ofSeconds(1), janitor);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    assertThat(house.hear(Queue.VIDEO).next()).isEqualTo(new Event.VideoStored(id));
    janitor.round();
    assertThat(house.bucket(Bucket.MP3S)).isEmpty();
  }

  @Test
  void aFileThatKillsItsConverterAgainAndAgainFails() throws Exception {
    ConversionId id = house.stored(video);
    for (int i = 0; i < JanitorSettings.defaults("j").crashes(); i++) {
      claim(id);
      house.pass(LEASE.plusSeconds(1), janitor);
    }
    assertThat(house.find(id).state())
        .isInstanceOfSatisfying(
            ConversionState.Failed.class,
            failed -> assertThat(failed.problem().code()).isEqualTo(Code.CONVERTER_CRASHED));
    assertThat(house.hear(Queue.MP3).next()).isEqualTo(new Event.ConversionFailed(id));
  }

  @Test
  void atTheStartOfALoneMachineAllLeasesAreFreed() throws Exception {
    ConversionId id = house.stored(video);
    claim(id);
    janitor.freeAll();
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    assertThat(house.hear(Queue.VIDEO).next()).isEqualTo(new Event.VideoStored(id));
  }

  @Test
  void aMachineThatIsAloneTellsAfterItsStartOfWhatTheDeadProcessDidNotTell() throws Exception {
    ConversionId waits = house.stored(video);
    ConversionId ended = ready();
    house.clock.advance(Duration.ofSeconds(1));
    janitor.freeAll();
    janitor.round();
    assertThat(house.hear(Queue.VIDEO).next()).isEqualTo(new Event.VideoStored(waits));
    assertThat(house.hear(Queue.MP3).next()).isEqualTo(new Event.Mp3Ready(ended));
  }

  @Test
  void whatNobodyHeardOfIsToldAgainEverMoreRarely() throws Exception {
    ConversionId id = house.stored(video);
    janitor.round();
    ConverterHarness.Heard heard = house.hear(Queue.VIDEO);
    int told = 0;
    for (int second = 0; second < 16 * 60; second += 15) {
      house.clock.advance(Duration.ofSeconds(15));
      janitor.round();
    }
    ConversionId last = house.stored(video);
    house.bus.publish(new Event.VideoStored(last));
    while (!heard.next().conversion().equals(last)) {
      told++;
    }
    assertThat(told).isEqualTo(4); // after about 1, 3, 7 and 15 minutes
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
  }

  @Test
  void lostMailsAreToldOnceMoreAndForgottenVideosDeleted() throws Exception {
    ConversionId ready = ready();
    ConversionId failed = house.stored(video);
    house.ledger.fail(claim(failed), new io.tapedeck.core.Problem(Code.NO_AUDIO_TRACK, "mute"));
    janitor.round();
    assertThat(house.bucket(Bucket.VIDEOS)).hasSize(2);
    house.clock.advance(Duration.ofMinutes(2));
    for (int i = 0; i < 5; i++) {
      janitor.round();
    }
    ConverterHarness.Heard heard = house.hear(Queue.MP3);
    assertThat(List.of(heard.next(), heard.next()))
        .containsExactlyInAnyOrder(new Event.Mp3Ready(ready), new Event.ConversionFailed(failed));
    assertThat(house.bucket(Bucket.VIDEOS)).containsExactly(BlobId.video(failed));
    ConversionId marker = ready();
    house.bus.publish(new Event.Mp3Ready(marker));
    assertThat(heard.next()).isEqualTo(new Event.Mp3Ready(marker));
  }

  @Test
  void whatIsOldExpiresAndIsForgottenLater() throws Exception {
    ConversionId id = ready();
    ConversionId queued = house.stored(video);
    house.clock.advance(Duration.ofDays(8));
    janitor.round();
    assertThat(house.kind(id)).isEqualTo(Kind.EXPIRED);
    assertThat(house.kind(queued)).isEqualTo(Kind.EXPIRED);
    assertThat(house.bucket(Bucket.MP3S)).isEmpty();
    assertThat(house.bucket(Bucket.VIDEOS)).isEmpty();
    house.clock.advance(Duration.ofDays(31));
    janitor.round();
    assertThat(house.ledger.find(id)).isEmpty();
  }

  @Test
  void orphansGoAfterTheirGraceAndNothingElse() throws Exception {
    ConversionId kept = ready();
    ConversionId nobody = ConversionId.at(house.clock.instant());
    write(BlobId.video(nobody), true);
    write(BlobId.mp3(nobody, 1), true);
    write(BlobId.mp3(nobody, 2), false);
    ConversionId uploading = ConversionId.at(house.clock.instant());
    write(BlobId.video(uploading), false);
    janitor.round();
    assertThat(house.bucket(Bucket.MP3S)).hasSize(3);
    house.clock.advance(Duration.ofHours(2));
    janitor.round();
    assertThat(house.bucket(Bucket.MP3S)).containsExactly(BlobId.mp3(kept, 1));
    assertThat(house.bucket(Bucket.VIDEOS)).containsExactly(BlobId.video(uploading));
    house.clock.advance(Duration.ofDays(2));
    janitor.round();
    assertThat(house.bucket(Bucket.VIDEOS)).isEmpty();
    assertThat(house.bucket(Bucket.MP3S)).containsExactly(BlobId.mp3(kept, 1));
  }

  @Test
  void onlyOneJanitorHasTheDuty() throws Exception {
    ConversionId id = house.stored(video);
    house.clock.advance(Duration.ofDays(7).minusSeconds(5));
    janitor.round();
    house.clock.advance(Duration.ofSeconds(10));
    house.janitor("other").round();
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
    house.clock.advance(Duration.ofMinutes(1));
    house.janitor("other").round();
    assertThat(house.kind(id)).isEqualTo(Kind.EXPIRED);
  }

  @Test
  void aRoundThatFailsHarmsNothing() throws Exception {
    ConversionId id = house.stored(video);
    claim(id);
    janitor.look();
    house.clock.advance(LEASE.plusSeconds(1));
    house.close();
    janitor.look();
    janitor.round();
    assertThat(janitor.check()).isNotNull();
  }

  @Test
  void closingWaitsForTheStepUnderWayAndBeginsNoOther() throws Exception {
    CountDownLatch publishing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Event> told = new CopyOnWriteArrayList<>();
    Janitor slow =
        house.janitor(
            "slow",
            new OddBus(
                house.bus,
                event -> {
                  publishing.countDown();
                  told.add(event);
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    ConversionId old = house.stored(video);
    house.clock.advance(Duration.ofDays(8));
    ConversionId late = house.stored(video);
    house.clock.advance(Duration.ofMinutes(2));
    slow.start();
    publishing.await();
    Thread closing = Thread.ofPlatform().start(slow::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      assertThat(closing.isAlive()).as("it waits").isTrue();
    }
    go.countDown();
    closing.join();
    assertThat(told).contains(new Event.VideoStored(late));
    assertThat(house.kind(old)).as("the step after it").isEqualTo(Kind.QUEUED);
    assertThat(slow.check()).isEqualTo(Health.down("stopping"));
  }

  private Lease claim(ConversionId id) {
    if (house.ledger.claim(id, "w", LEASE) instanceof Move.Done(Conversion claimed)
        && claimed.state() instanceof ConversionState.Converting(Lease lease, var progress)) {
      return lease;
    }
    throw new AssertionError("not claimed: " + id);
  }

  private ConversionId ready() throws Exception {
    ConversionId id = house.stored(video);
    Lease lease = claim(id);
    BlobId blob = BlobId.mp3(id, lease.attempt());
    write(blob, true);
    house.ledger.finish(
        lease, new Mp3(blob, 3, Duration.ofSeconds(1), "0".repeat(64), false, List.of()));
    return id;
  }

  private void write(BlobId id, boolean publish) throws Exception {
    try (BlobStore.Draft draft = house.blobs.draft(id)) {
      draft.append(Channels.newChannel(new ByteArrayInputStream(new byte[3])), 3);
      if (publish) {
        draft.publish();
      }
    }
  }
}

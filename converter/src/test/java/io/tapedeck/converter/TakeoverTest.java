package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobId.Bucket;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Queue;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Progress;
import io.tapedeck.sql.SqlLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose conversion goes to another, and whose does not, in the ledger's time. */
@Timeout(60)
class TakeoverTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofSeconds(10);

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

  /** The dead one had the Janitor's duty too; whoever is left looks after its leases. */
  @Test
  void whatAKilledConverterHadAnotherHasWithinTenSeconds() throws Exception {
    house.janitor("killed").round();
    ConversionId id = house.stored(Media.video(folder.resolve("clip.mp4"), 2));
    Converter killed = house.converter("killed", house.gated());
    var running = CompletableFuture.supplyAsync(() -> killed.handle(new Event.VideoStored(id)));
    house.atGate();
    List<Janitor> others = List.of(house.janitor("b"), house.janitor("c"));
    others.forEach(Janitor::look);
    Instant death = house.clock.instant();
    while (house.kind(id) == Kind.CONVERTING) {
      house.clock.advance(SECOND);
      others.forEach(Janitor::look);
    }
    assertThat(Duration.between(death, house.clock.instant())).isLessThan(MOST);
    ConverterHarness.Heard heard = house.hear(Queue.VIDEO);
    ConversionId marker = ConversionId.at(house.clock.instant());
    house.bus.publish(new Event.VideoStored(marker));
    assertThat(List.of(heard.next(), heard.next()))
        .containsExactly(new Event.VideoStored(id), new Event.VideoStored(marker));
    assertThat(house.converter("b").handle(new Event.VideoStored(id))).isEqualTo(Verdict.ACK);
    house.openGate();
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    assertThat(house.bucket(Bucket.MP3S)).containsExactly(BlobId.mp3(id, 2));
  }

  /** Both pause for seconds now and then, as in a collection of garbage, or with the database. */
  @Test
  void aConverterThatRenewsKeepsItsConversionThroughPausesOfSeconds() throws Exception {
    ConversionId id = house.stored(Media.video(folder.resolve("clip.mp4"), 2));
    Converter slow = house.converter("slow", house.gated());
    var running = CompletableFuture.supplyAsync(() -> slow.handle(new Event.VideoStored(id)));
    house.atGate();
    Janitor janitor = house.janitor("j");
    for (int i = 0; i < 8; i++) {
      house.pass(Duration.ofSeconds(6), janitor); // only the converter pauses
      slow.tick();
    }
    house.clock.advance(Duration.ofSeconds(5));
    janitor.look(); // the converter's turn comes only after it
    slow.tick();
    assertThat(house.find(id).attempt()).isEqualTo(1);
    house.openGate();
    assertThat(running.get()).isEqualTo(Verdict.ACK);
    assertThat(house.kind(id)).isEqualTo(Kind.READY);
  }

  @Test
  void whenTheDatabaseWasAwayForAllTheHoldersRenewFirst() throws Exception {
    Lease lease = claim(house.ledger, stored());
    Janitor janitor = house.janitor("j");
    house.pass(SECOND.multipliedBy(3), janitor);
    house.clock.advance(Duration.ofMinutes(5)); // nobody reaches the ledger
    janitor.look();
    house.pass(SECOND.multipliedBy(3), janitor);
    assertThat(house.ledger.renew(lease, ConverterHarness.LEASE, Progress.NONE))
        .isInstanceOf(Move.Done.class);
  }

  /** However far the clock of a converter's host is off, in hours. */
  @ParameterizedTest
  @ValueSource(ints = {-2, 0, 2})
  void clocksOfTwoHostsAreNotCompared(int hours) throws Exception {
    Clock wrong = Clock.offset(house.clock, Duration.ofHours(hours));
    Ledger elsewhere = new SqlLedger(house.database, wrong);
    Lease lease = claim(elsewhere, stored());
    Janitor janitor = house.janitor("j");
    for (int i = 0; i < 10; i++) {
      house.pass(ConverterHarness.LEASE.dividedBy(2), janitor);
      assertThat(elsewhere.renew(lease, ConverterHarness.LEASE, Progress.NONE))
          .isInstanceOf(Move.Done.class);
    }
    house.pass(ConverterHarness.LEASE, janitor);
    assertThat(house.kind(lease.conversion())).isEqualTo(Kind.CONVERTING);
    house.pass(SECOND, janitor);
    assertThat(house.kind(lease.conversion())).isEqualTo(Kind.QUEUED);
  }

  /** As those that an older version asks for, beside which a new one is started. */
  @Test
  void eachLeaseIsWatchedForAsLongAsItsHolderAskedFor() throws Exception {
    ConversionId id = stored();
    house.ledger.claim(id, "old", Duration.ofSeconds(30));
    Janitor janitor = house.janitor("j");
    janitor.look();
    house.pass(Duration.ofSeconds(29), janitor);
    assertThat(house.kind(id)).isEqualTo(Kind.CONVERTING);
    house.pass(SECOND, janitor);
    assertThat(house.kind(id)).isEqualTo(Kind.QUEUED);
  }

  @Test
  void allLeasesAreRenewedBeforeAnythingIsTold() throws Exception {
    Path clip = Media.video(folder.resolve("clip.mp4"), 2);
    ConversionId first = house.stored(clip);
    Set<ConversionId> ids = Set.of(first, house.stored(clip));
    Set<Boolean> renewedWhenTold = new HashSet<>();
    OddBus watched =
        new OddBus(
            house.bus,
            event -> {
              Instant end = house.clock.instant().plus(ConverterHarness.LEASE);
              boolean ticking = Thread.currentThread().getName().equals("ticking");
              if (ticking && ids.contains(event.conversion())) {
                renewedWhenTold.add(ids.stream().allMatch(id -> until(id).equals(end)));
              }
            });
    Converter converter = house.converter("a", house.gated(), false, watched);
    var all =
        ids.stream()
            .map(id ->
                CompletableFuture.supplyAsync(
                    () -> converter.handle(new Event.VideoStored(id)),
                    task -> Thread.ofPlatform().start(task)))
            .toList();
    while (converter.active() < 2) {
      Thread.onSpinWait();
    }
    house.atGate();
    house.clock.advance(ConverterHarness.LEASE.dividedBy(2));
    Thread ticking = Thread.ofPlatform().name("ticking").start(converter::tick);
    ticking.join();
    assertThat(renewedWhenTold).containsExactly(true);
    house.openGate();
    assertThat(all).allSatisfy(each -> assertThat(each.get()).isEqualTo(Verdict.ACK));
  }

  private Instant until(ConversionId id) {
    return house.find(id).state() instanceof ConversionState.Converting(Lease lease, var progress)
        ? lease.until()
        : Instant.MIN;
  }

  private ConversionId stored() throws Exception {
    return house.stored(Files.writeString(folder.resolve("video"), "bytes"));
  }

  private static Lease claim(Ledger ledger, ConversionId id) {
    if (ledger.claim(id, "w", ConverterHarness.LEASE) instanceof Move.Done(Conversion claimed)
        && claimed.state() instanceof ConversionState.Converting(Lease lease, var progress)) {
      return lease;
    }
    throw new AssertionError("not claimed: " + id);
  }
}

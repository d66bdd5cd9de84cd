package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Channel;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Id3;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Track;
import io.tapedeck.core.Video;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** How states move, and how they do not. */
abstract class LedgerMovesContract extends LedgerFixture {
  /** Every method that may change a state, and where it leads from where; all else is refused. */
  private enum Wish {
    CLAIM,
    RENEW,
    FINISH,
    FAIL,
    HAND_BACK,
    HAND_BACK_FOR_LATER,
    STRIKE,
    STRIKE_FOR_THE_LAST_TIME,
    CANCEL,
    RETRY,
    EXPIRE,
    DELETE,
    FREE,
    FREE_FOR_THE_LAST_TIME,
    GIVE_UP;

    Optional<Kind> leadsTo(Kind from) {
      boolean queued = from == Kind.QUEUED;
      boolean converting = from == Kind.CONVERTING;
      return switch (this) {
        case CLAIM -> to(Kind.CONVERTING, queued);
        case RENEW -> to(Kind.CONVERTING, converting);
        case FINISH -> to(Kind.READY, converting);
        case FAIL, FREE_FOR_THE_LAST_TIME, STRIKE_FOR_THE_LAST_TIME -> to(Kind.FAILED, converting);
        case HAND_BACK, HAND_BACK_FOR_LATER, STRIKE, FREE -> to(Kind.QUEUED, converting);
        case CANCEL -> to(Kind.CANCELLED, queued || converting);
        case RETRY -> to(Kind.QUEUED, from == Kind.FAILED);
        case EXPIRE -> to(Kind.EXPIRED, from != Kind.EXPIRED);
        case DELETE -> to(Kind.EXPIRED, true); // what only expired can still leave the list
        case GIVE_UP -> to(Kind.FAILED, queued);
      };
    }

    private static Optional<Kind> to(Kind to, boolean allowed) {
      return allowed ? Optional.of(to) : Optional.empty();
    }

    Move ask(Ledger ledger, ConversionId id, Lease lease) {
      return switch (this) {
        case CLAIM -> ledger.claim(id, "converter-2", LEASE);
        case RENEW -> ledger.renew(lease, LEASE, new Progress(0.5, 20));
        case FINISH -> ledger.finish(lease, mp3(id, 9));
        case FAIL -> ledger.fail(lease, new Problem(Code.UNREADABLE_MEDIA, "noise"));
        case HAND_BACK -> ledger.handBack(lease);
        case HAND_BACK_FOR_LATER -> ledger.handBack(lease, LEASE);
        case STRIKE -> ledger.strike(lease, 3, NO_AUDIO, LEASE);
        case STRIKE_FOR_THE_LAST_TIME -> ledger.strike(lease, 1, NO_AUDIO, LEASE);
        case CANCEL -> ledger.cancel(id);
        case RETRY -> ledger.retry(id);
        case EXPIRE -> ledger.expire(id, false);
        case DELETE -> ledger.expire(id, true);
        case FREE -> ledger.free(lease, 3);
        case FREE_FOR_THE_LAST_TIME -> ledger.free(lease, 1);
        case GIVE_UP -> ledger.giveUp(id, NO_AUDIO);
      };
    }
  }

  @TestFactory
  Stream<DynamicTest> everyWishInEveryState() {
    return Stream.of(Kind.values())
        .flatMap(from ->
            Stream.of(Wish.values())
                .map(wish ->
                    DynamicTest.dynamicTest(wish + " when " + from, () -> checkWish(wish, from))));
  }

  private void checkWish(Wish wish, Kind from) {
    ConversionId id = in(from);
    Conversion before = find(id);
    Lease lease =
        before.state() instanceof ConversionState.Converting converting
            ? converting.lease()
            : new Lease(id, before.attempt(), "converter-1", clock.instant());
    clock.advance(Duration.ofSeconds(1));
    Move move = wish.ask(ledger, id, lease);
    Optional<Kind> to = wish.leadsTo(from);
    if (to.isEmpty()) {
      assertThat(refused(move)).isEqualTo(before);
      assertThat(find(id)).isEqualTo(before);
    } else {
      assertThat(done(move).state().kind()).isEqualTo(to.get());
      assertThat(find(id)).isEqualTo(done(move));
      assertThat(find(id).changedAt()).isAfter(before.changedAt());
      assertThat(from == to.get() || from.next().contains(to.get())).isTrue();
    }
  }

  @Test
  void noChangeIsBeforeTheLastOneAlsoWhereAClockIsBehind() {
    ConversionId id = create();
    Instant created = find(id).changedAt();
    Lease lease = claim(id);
    Instant claimed = find(id).changedAt();
    clock.set(created.minusSeconds(2));
    done(ledger.renew(lease, LEASE, new Progress(0.5, 10)));
    Instant renewed = find(id).changedAt();
    done(ledger.finish(lease, mp3(id, 1)));
    assertThat(List.of(created, claimed, renewed, find(id).changedAt())).isSorted();
  }

  @TestFactory
  Stream<DynamicTest> everyWishOfAnUnknownConversion() {
    return Stream.of(Wish.values())
        .map(wish ->
            DynamicTest.dynamicTest(
                wish + " of an unknown conversion",
                () -> {
                  ConversionId id = ConversionId.at(clock.instant());
                  Lease lease = new Lease(id, 1, "converter-1", clock.instant());
                  assertThat(wish.ask(ledger, id, lease)).isEqualTo(new Move.Unknown());
                  assertThat(ledger.find(id)).isEmpty();
                }));
  }

  @Test
  void aWalkOfRandomWishesKeepsToTheTable() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed of the walk: " + seed);
    Random random = new Random(seed);
    ConversionId id = create();
    Lease lease = new Lease(id, 1, "converter-1", clock.instant());
    for (int step = 0; step < 300; step++) {
      clock.advance(Duration.ofMillis(1));
      Conversion before = find(id);
      if (before.state() instanceof ConversionState.Converting now && random.nextBoolean()) {
        lease = now.lease(); // else an old one is used: whoever is late
      }
      Move move = Wish.values()[random.nextInt(Wish.values().length)].ask(ledger, id, lease);
      Conversion after = find(id);
      Kind from = before.state().kind();
      Kind to = after.state().kind();
      assertThat(from == to || from.next().contains(to)).as("seed %s", seed).isTrue();
      if (move instanceof Move.Refused) {
        assertThat(after).as("seed %s", seed).isEqualTo(before);
      }
      if (to == Kind.EXPIRED) {
        id = create();
      }
    }
  }

  @Test
  void whatIsCreatedIsFoundWithAllItsOptions() {
    Instant now = clock.instant();
    ConversionId id = ConversionId.at(now);
    ConversionOptions options =
        new ConversionOptions(
            new Quality.Cbr(192),
            Duration.ofMillis(1500),
            Optional.of(Duration.ofMinutes(2)),
            Channel.LEFT,
            OptionalDouble.of(-16),
            new Track.Language("ita"),
            false,
            new Id3(3, true));
    Video video = new Video("Größe – 😀 ' ; DROP.mp4", 12_345_678_901L, BlobId.video(id));
    Conversion made = ledger.create(id, anna, video, options, now.plus(KEPT));
    assertThat(made)
        .isEqualTo(
            new Conversion(
                id,
                anna,
                video,
                options,
                new ConversionState.Queued(),
                0,
                now,
                now,
                now.plus(KEPT)));
    assertThat(find(id)).isEqualTo(made);
  }

  @Test
  void creatingTwiceChangesNothingAndAnswersWhatIsThere() {
    Conversion made = create(anna, "talk.mp4", 1000);
    claim(made.id());
    Conversion before = find(made.id());
    clock.advance(Duration.ofSeconds(1));
    Conversion again =
        ledger.create(
            made.id(),
            bert,
            new Video("other.mp4", 5, made.video().blob()),
            made.options(),
            clock.instant());
    assertThat(again).isEqualTo(before);
    assertThat(find(made.id())).isEqualTo(before);
  }

  @Test
  void whatAStateCarriesIsReadBack() {
    ConversionId ready = in(Kind.READY);
    assertThat(find(ready).state()).isEqualTo(new ConversionState.Ready(mp3(ready, 1)));
    assertThat(find(in(Kind.FAILED)).state()).isEqualTo(new ConversionState.Failed(NO_AUDIO));
    ConversionId id = create();
    Lease lease = claim(id);
    assertThat(lease).isEqualTo(new Lease(id, 1, "converter-1", clock.instant().plus(LEASE)));
    assertThat(find(id).state()).isEqualTo(new ConversionState.Converting(lease, Progress.NONE));
    clock.advance(Duration.ofSeconds(7));
    Progress half = new Progress(0.5, 42.25);
    Conversion renewed = done(ledger.renew(lease, LEASE, half));
    Lease longer = new Lease(id, 1, "converter-1", clock.instant().plus(LEASE));
    assertThat(renewed.state()).isEqualTo(new ConversionState.Converting(longer, half));
  }

  @Test
  void aLateFinisherIsRefused() {
    ConversionId id = create();
    Lease late = claim(id);
    clock.advance(LEASE.plusSeconds(1));
    done(ledger.free(late, 3));
    Lease newest = claim(id);
    assertThat(newest.attempt()).isEqualTo(2);
    refused(ledger.renew(late, LEASE, Progress.NONE));
    refused(ledger.finish(late, mp3(id, 1)));
    refused(ledger.fail(late, NO_AUDIO));
    refused(ledger.handBack(late));
    refused(ledger.free(late, 3));
    Conversion ready = done(ledger.finish(newest, mp3(id, 2)));
    assertThat(ready.state()).isEqualTo(new ConversionState.Ready(mp3(id, 2)));
    refused(ledger.finish(late, mp3(id, 1)));
  }

  @Test
  void theSameEndToldTwiceIsDoneTwice() {
    ConversionId id = create();
    Lease lease = claim(id);
    Conversion ready = done(ledger.finish(lease, mp3(id, 1)));
    clock.advance(Duration.ofSeconds(1));
    assertThat(done(ledger.finish(lease, mp3(id, 1)))).isEqualTo(ready);
    Lease other = claim(create());
    Conversion failed = done(ledger.fail(other, NO_AUDIO));
    assertThat(done(ledger.fail(other, NO_AUDIO))).isEqualTo(failed);
  }

  @Test
  void aLeaseThatEndedButWasNotFreedCanStillBeRenewedAndFinished() {
    ConversionId id = create();
    Lease lease = claim(id);
    clock.advance(LEASE.multipliedBy(2));
    done(ledger.renew(lease, LEASE, Progress.NONE));
    clock.advance(LEASE.multipliedBy(2));
    done(ledger.finish(lease, mp3(id, 1)));
  }

  @Test
  void theLimitthFreedLeaseFailsTheConversionAndRetryStartsTheCountAnew() {
    ConversionId id = create();
    for (int round = 0; round < 2; round++) {
      assertThat(done(ledger.free(claim(id), 3)).state().kind()).isEqualTo(Kind.QUEUED);
      done(ledger.handBack(claim(id))); // a stopping converter does not count
      assertThat(done(ledger.free(claim(id), 3)).state().kind()).isEqualTo(Kind.QUEUED);
      Conversion failed = done(ledger.free(claim(id), 3));
      assertThat(failed.state()).isInstanceOf(ConversionState.Failed.class);
      assertThat(((ConversionState.Failed) failed.state()).problem().code())
          .isEqualTo(Code.CONVERTER_CRASHED);
      done(ledger.retry(id));
    }
    assertThat(claim(id).attempt()).isEqualTo(9);
  }

  @Test
  void theThirdStrikeFailsTheConversionAndRetryStartsTheCountAnew() {
    ConversionId id = create();
    for (int round = 0; round < 2; round++) {
      for (int strike = 1; strike < 3; strike++) {
        Conversion queued = done(ledger.strike(claim(id), 3, NO_AUDIO, LEASE));
        assertThat(queued.state()).isEqualTo(new ConversionState.Queued());
        done(ledger.handBack(claim(id), LEASE)); // a fault of ours does not count
      }
      Conversion failed = done(ledger.strike(claim(id), 3, NO_AUDIO, LEASE));
      assertThat(failed.state()).isEqualTo(new ConversionState.Failed(NO_AUDIO));
      done(ledger.retry(id));
    }
  }

  @Test
  void aLateHolderCanNotStrike() {
    ConversionId id = create();
    Lease late = claim(id);
    clock.advance(LEASE.plusSeconds(1));
    done(ledger.free(late, 3));
    refused(ledger.strike(late, 1, NO_AUDIO, LEASE));
    Lease newest = claim(id);
    refused(ledger.strike(late, 1, NO_AUDIO, LEASE));
    refused(ledger.handBack(late, LEASE));
    assertThat(done(ledger.finish(newest, mp3(id, 2))).attempt()).isEqualTo(2);
  }

  @Test
  void aRenewedLeaseIsNotFreed() {
    Lease stale = claim(create());
    clock.advance(LEASE);
    Conversion renewed = done(ledger.renew(stale, LEASE, Progress.NONE));
    assertThat(refused(ledger.free(stale, 1))).isEqualTo(renewed);
  }
}

package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger.Page;
import io.tapedeck.core.Ledger.Usage;
import io.tapedeck.core.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is listed for the owner and for the Janitor. */
abstract class LedgerListsContract extends LedgerMovesContract {
  private static final Page ALL = new Page(null, Set.of(), null, 200);

  @Test
  void pagesGoFromTheNewestToTheOldestWithoutGapOrRepeat() {
    List<ConversionId> newestFirst = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      newestFirst.addFirst(create());
      create(bert, "not Anna's.mp4", 1);
    }
    List<ConversionId> paged = new ArrayList<>();
    List<ConversionId> page = page(new Page(null, Set.of(), null, 5));
    while (!page.isEmpty()) {
      paged.addAll(page);
      create(); // newer ones do not move the pages that follow
      page = page(new Page(page.getLast(), Set.of(), null, 5));
    }
    assertThat(paged).isEqualTo(newestFirst);
  }

  @Test
  void aPageCanBeOfSomeStatesAndOfNamesThatContainAText() {
    ConversionId queued = create(anna, "Über 100% _sure_.MP4", 1).id();
    ConversionId cancelled = in(Kind.CANCELLED);
    ConversionId ready = in(Kind.READY);
    ConversionId laterQueued = create();
    assertThat(page(new Page(null, Set.of(Kind.READY), null, 10))).containsExactly(ready);
    assertThat(page(new Page(null, Set.of(Kind.READY, Kind.QUEUED), null, 10)))
        .containsExactly(laterQueued, ready, queued);
    assertThat(page(new Page(null, Set.of(Kind.READY, Kind.QUEUED), null, 2)))
        .containsExactly(laterQueued, ready);
    assertThat(page(new Page(ready, Set.of(Kind.QUEUED, Kind.CANCELLED), null, 10)))
        .containsExactly(cancelled, queued);
    assertThat(page(new Page(null, Set.of(), "üBER 100% _S", 10))).containsExactly(queued);
    assertThat(page(new Page(null, Set.of(), "0_ _", 10))).isEmpty();
    assertThat(page(new Page(null, Set.of(Kind.READY), "TALK", 10))).containsExactly(ready);
  }

  @Test
  void whatWasReadyByAMomentIsListed() {
    ConversionId ready = in(Kind.READY);
    Instant moment = clock.instant();
    ConversionId later = in(Kind.READY);
    assertThat(ids(ledger.readyBy(anna, moment, "TALK", 9))).containsExactly(ready);
    assertThat(ids(ledger.readyBy(anna, clock.instant(), null, 1))).containsExactly(later);
  }

  @Test
  void whatTheOwnerDeletedIsNotListedButFoundAndTold() {
    ConversionId kept = create();
    ConversionId expired = in(Kind.EXPIRED);
    ConversionId deleted = create();
    Instant before = clock.advance(Duration.ofMillis(1));
    done(ledger.expire(deleted, true));
    assertThat(page(ALL)).containsExactly(expired, kept);
    assertThat(page(new Page(null, Set.of(Kind.EXPIRED), null, 9))).containsExactly(expired);
    assertThat(kind(deleted)).isEqualTo(Kind.EXPIRED);
    assertThat(ids(ledger.changedSince(anna, before, 10))).containsExactly(deleted);
    done(ledger.expire(expired, true));
    refused(ledger.expire(expired, true));
    assertThat(page(ALL)).containsExactly(kept);
  }

  @Test
  void changesAreToldOldestFirstFromTheMomentOn() {
    ConversionId first = create();
    Instant moment = clock.advance(Duration.ofMillis(5));
    done(ledger.cancel(first));
    ConversionId second = create();
    ConversionId third = create();
    create(bert, "other.mp4", 1);
    assertThat(ids(ledger.changedSince(anna, moment, 10))).containsExactly(first, second, third);
    assertThat(ids(ledger.changedSince(anna, moment, 2))).containsExactly(first, second);
    assertThat(ids(ledger.changedSince(anna, moment.plusMillis(1), 9)))
        .containsExactly(second, third);
  }

  @Test
  void usageCountsWhatIsActiveWhatIsStoredAndWhatWasConverted() {
    assertThat(ledger.usage(anna, Instant.EPOCH)).isEqualTo(new Usage(0, 0, Duration.ZERO));
    Instant start = clock.advance(Duration.ofMillis(1));
    in(Kind.QUEUED);
    in(Kind.CONVERTING);
    in(Kind.FAILED);
    in(Kind.CANCELLED);
    in(Kind.EXPIRED);
    ConversionId ready = in(Kind.READY);
    create(bert, "other.mp4", 50);
    Duration audio = mp3(ready, 1).duration();
    assertThat(ledger.usage(anna, start)).isEqualTo(new Usage(2, 3 * 1000 + 400, audio));
    done(ledger.expire(ready, true)); // deleting gives back room, not minutes
    assertThat(ledger.usage(anna, start)).isEqualTo(new Usage(2, 3000, audio));
    Instant later = clock.advance(Duration.ofMillis(1));
    assertThat(ledger.usage(anna, later)).isEqualTo(new Usage(2, 3000, Duration.ZERO));
  }

  @Test
  void queuedBeforeFindsThoseThatNobodyTouched() {
    ConversionId old = create();
    ConversionId busy = create();
    claim(busy);
    clock.advance(Duration.ofMinutes(1));
    ConversionId handedBack = create();
    done(ledger.handBack(claim(handedBack)));
    Instant now = clock.instant();
    assertThat(ids(ledger.queuedBefore(now, 10))).containsExactly(old);
    assertThat(ids(ledger.queuedBefore(now.plusMillis(1), 10))).containsExactly(old, handedBack);
    assertThat(ids(ledger.queuedBefore(now.plusMillis(1), 1))).containsExactly(old);
  }

  /** Claims in turn until nothing waits. */
  private List<ConversionId> inTurn(boolean newcomers) {
    List<ConversionId> order = new ArrayList<>();
    for (Optional<Conversion> next = ledger.claimNext("w", LEASE, newcomers);
        next.isPresent();
        next = ledger.claimNext("w", LEASE, newcomers)) {
      order.add(next.get().id());
    }
    return order;
  }

  @Test
  void accountsTakeTurnsAndThePlaceThatIsToldIsTheTruth() {
    List<ConversionId> annas = List.of(create(), create(), create(), create());
    ConversionId bert1 = create(bert, "b.mp4", 1).id();
    ConversionId bert2 = create(bert, "b.mp4", 1).id();
    AccountId carl = AccountId.at(clock.instant());
    ConversionId large = create(carl, "film.mp4", 500 << 20).id();
    ConversionId small = create(carl, "note.mp4", 1).id();
    ConversionId cancelled = create(carl, "note.mp4", 1).id();
    done(ledger.cancel(cancelled));
    List<ConversionId> all = new ArrayList<>(annas);
    all.addAll(List.of(bert1, bert2, large, small));
    Map<ConversionId, Integer> told = new HashMap<>();
    all.forEach(id -> told.put(id, ledger.ahead(find(id), 100)));
    assertThat(ledger.ahead(find(annas.getLast()), 5)).isEqualTo(5);
    List<ConversionId> order = inTurn(false);
    assertThat(order.subList(0, 3)).containsExactly(annas.getFirst(), bert1, small);
    assertThat(order.subList(3, 6)).containsExactlyInAnyOrder(annas.get(1), bert2, large);
    assertThat(order.subList(6, 8)).isEqualTo(annas.subList(2, 4));
    for (int place = 0; place < order.size(); place++) {
      assertThat(told.get(order.get(place))).isEqualTo(place);
    }
  }

  @Test
  void whoUsedTimeLatelyWaitsForWhoDidNotUntilTheDebtIsForgotten() {
    Lease lease = claim(create());
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(2));
      lease =
          ((ConversionState.Converting) done(ledger.renew(lease, LEASE, Progress.NONE)).state())
              .lease();
    }
    done(ledger.finish(lease, mp3(lease.conversion(), 1)));
    ConversionId next = create();
    List<ConversionId> berts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      berts.add(create(bert, "b.mp4", 1).id());
    }
    assertThat(ledger.ahead(find(next), 100)).isEqualTo(5);
    assertThat(ledger.claimNext("w", LEASE, false).orElseThrow().id()).isEqualTo(berts.getFirst());
    clock.advance(Duration.ofHours(1));
    assertThat(inTurn(false)).startsWith(berts.get(1), next, berts.get(2));
  }

  @Test
  void aPlaceForNewcomersIsForAccountsOfWhichNothingIsConverted() {
    Lease running = claim(create());
    ConversionId second = create();
    ConversionId berts = create(bert, "b.mp4", 1).id();
    create(bert, "b.mp4", 1);
    assertThat(inTurn(true)).containsExactly(berts);
    done(ledger.fail(running, NO_AUDIO));
    assertThat(inTurn(true)).containsExactly(second);
  }

  @Test
  void whatWaitsForItsOwnEventHasNoTurnUntilThen() {
    ConversionId resting = create();
    done(ledger.handBack(claim(resting), Duration.ofMinutes(10)));
    ConversionId later = create();
    assertThat(inTurn(false)).containsExactly(later);
    clock.advance(Duration.ofMinutes(10));
    assertThat(inTurn(false)).containsExactly(resting);
  }

  @Test
  void aLargeVideoIsOvertakenForAWhileOnly() {
    ConversionId large = create(anna, "film.mp4", 100L << 20).id();
    clock.advance(Duration.ofSeconds(90));
    ConversionId small = create();
    clock.advance(Duration.ofSeconds(20));
    ConversionId late = create();
    assertThat(inTurn(false)).containsExactly(small, large, late);
  }

  @Test
  void changedBetweenLeavesOutWaitingOnesWhoseEventIsDeliveredAgainByItself() {
    Duration again = Duration.ofMinutes(10);
    ConversionId handedBack = create();
    ConversionId struck = create();
    Place start = Place.before(clock.instant());
    done(ledger.handBack(claim(handedBack), again));
    done(ledger.strike(claim(struck), 3, NO_AUDIO, again));
    assertThat(waiting(start)).isEmpty();
    clock.advance(again);
    assertThat(waiting(start)).containsExactlyInAnyOrder(handedBack, struck);
    done(ledger.handBack(claim(handedBack)));
    done(ledger.free(claim(struck), 9));
    assertThat(waiting(start)).containsExactlyInAnyOrder(handedBack, struck);
  }

  private List<ConversionId> waiting(Place start) {
    return ids(
        ledger.changedBetween(Set.of(Kind.QUEUED), start, clock.instant().plusMillis(1), 10));
  }

  @Test
  void changedBetweenFindsTheStatesAskedForWithinTheWindow() {
    in(Kind.READY);
    Instant from = clock.advance(Duration.ofMinutes(1));
    ConversionId failed = in(Kind.FAILED);
    ConversionId ready = in(Kind.READY);
    ConversionId converting = in(Kind.CONVERTING);
    in(Kind.CANCELLED);
    in(Kind.EXPIRED);
    Instant to = clock.advance(Duration.ofMillis(1));
    in(Kind.READY);
    Set<Kind> ended = Set.of(Kind.READY, Kind.FAILED);
    Place start = Place.before(from);
    assertThat(ids(ledger.changedBetween(ended, start, to, 10))).containsExactly(failed, ready);
    assertThat(ids(ledger.changedBetween(ended, start, to, 1))).containsExactly(failed);
    assertThat(ids(ledger.changedBetween(ended, Place.of(find(failed)), to, 10)))
        .containsExactly(ready);
    assertThat(ids(ledger.changedBetween(Set.of(Kind.CONVERTING), start, to, 10)))
        .containsExactly(converting);
  }

  @Test
  void aWalkFromPlaceToPlaceSeesAllOnceThoughManyChangedInOneMoment() {
    List<ConversionId> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(create());
    }
    clock.advance(Duration.ofSeconds(1));
    all.forEach(id -> done(ledger.cancel(id)));
    List<ConversionId> seen = new ArrayList<>();
    Place last = Place.before(clock.instant());
    List<Conversion> page;
    do {
      page = ledger.changedBetween(Set.of(Kind.CANCELLED), last, clock.instant().plusMillis(1), 2);
      seen.addAll(ids(page));
      last = page.isEmpty() ? last : Place.of(page.getLast());
    } while (!page.isEmpty());
    assertThat(seen).isEqualTo(all);
  }

  @Test
  void expiredBeforeFindsEveryStateButExpired() {
    List<ConversionId> due = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      due.add(in(kind));
    }
    due.removeLast(); // EXPIRED
    ConversionId later = create();
    Instant end = find(later).expiresAt();
    assertThat(ids(ledger.expiredBefore(end, 10))).containsExactlyInAnyOrderElementsOf(due);
    assertThat(ledger.expiredBefore(end, 2)).hasSize(2);
    assertThat(ids(ledger.expiredBefore(end.plusMillis(1), 10))).contains(later);
  }

  @Test
  void aliveAreThoseKnownAndNotExpired() {
    ConversionId queued = create();
    ConversionId ready = in(Kind.READY);
    ConversionId expired = in(Kind.EXPIRED);
    ConversionId unknown = ConversionId.at(clock.instant());
    assertThat(ledger.alive(Set.of(queued, ready, expired, unknown)))
        .containsExactlyInAnyOrder(queued, ready);
    assertThat(ledger.alive(Set.of())).isEmpty();
  }

  @Test
  void forgottenIsOnlyWhatExpiredLongAgo() {
    ConversionId ready = in(Kind.READY);
    ConversionId first = in(Kind.EXPIRED);
    ConversionId second = in(Kind.EXPIRED);
    Instant moment = clock.advance(Duration.ofDays(1));
    ConversionId young = in(Kind.EXPIRED);
    assertThat(ledger.forget(moment, 1)).isEqualTo(1);
    assertThat(ledger.forget(moment, 10)).isEqualTo(1);
    assertThat(ledger.forget(moment, 10)).isZero();
    assertThat(ledger.find(first)).isEmpty();
    assertThat(ledger.find(second)).isEmpty();
    assertThat(List.of(find(ready), find(young))).extracting(Conversion::id).hasSize(2);
  }

  @Test
  void aDutyIsHeldByOneUntilItsLeaseEnds() {
    assertThat(ledger.duty("janitor", "a", LEASE)).isTrue();
    assertThat(ledger.duty("janitor", "b", LEASE)).isFalse();
    assertThat(ledger.duty("other", "b", LEASE)).isTrue();
    clock.advance(LEASE.minusMillis(1));
    assertThat(ledger.duty("janitor", "b", LEASE)).isFalse();
    assertThat(ledger.duty("janitor", "a", LEASE)).isTrue(); // kept on
    clock.advance(LEASE);
    assertThat(ledger.duty("janitor", "b", LEASE)).isTrue();
    assertThat(ledger.duty("janitor", "a", LEASE)).isFalse();
  }
}

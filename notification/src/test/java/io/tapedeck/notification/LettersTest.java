package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionId;
import io.tapedeck.notification.LetterKey.Kind;
import io.tapedeck.notification.Letters.Claim;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LettersTest {
  private static final Duration TAKEOVER = Duration.ofMinutes(5);
  private static final LetterKey KEY = new LetterKey(ConversionId.at(Examples.NOON), 1, Kind.READY);

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("t.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** The letters as a replica sees them so long after noon. */
  private Letters after(Duration time) {
    Instant now = Examples.NOON.plus(time);
    return new Letters(database, Clock.fixed(now, ZoneOffset.UTC), TAKEOVER);
  }

  private Letters letters() {
    return after(Duration.ZERO);
  }

  @Test
  void aSecondClaimOfTheSameLetterIsRefused() {
    assertThat(letters().claim(KEY)).isEqualTo(new Claim.Won(1));
    assertThat(letters().claim(KEY)).isEqualTo(new Claim.Busy());
    letters().sent(KEY);
    assertThat(letters().claim(KEY)).isEqualTo(new Claim.Settled());
    assertThat(after(Duration.ofDays(1)).claim(KEY)).isEqualTo(new Claim.Settled());
  }

  @Test
  void anotherAttemptAndAnotherEndAreOtherLetters() {
    assertThat(letters().claim(KEY)).isEqualTo(new Claim.Won(1));
    assertThat(letters().claim(new LetterKey(KEY.conversion(), 2, Kind.READY)))
        .isEqualTo(new Claim.Won(1));
    assertThat(letters().claim(new LetterKey(KEY.conversion(), 1, Kind.FAILED)))
        .isEqualTo(new Claim.Won(1));
  }

  @Test
  void ofManyWhoClaimAtOnceOneWins() throws Exception {
    Letters letters = letters();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Claim> claim = () -> letters.claim(KEY);
      List<Future<Claim>> claims =
          all.invokeAll(IntStream.range(0, 16).mapToObj(i -> claim).toList());
      assertThat(claims.stream().map(Future::resultNow))
          .containsOnlyOnce(new Claim.Won(1))
          .filteredOn(new Claim.Busy()::equals)
          .hasSize(15);
    }
  }

  @Test
  void aClaimLeftByADeadProcessIsTakenOverInTimeAndTheLateHolderCannotUndoIt() {
    Claim.Won dead = (Claim.Won) letters().claim(KEY);
    assertThat(after(TAKEOVER.minusMillis(1)).claim(KEY)).isEqualTo(new Claim.Busy());
    assertThat(after(TAKEOVER).claim(KEY)).isEqualTo(new Claim.Won(2));
    letters().waiting(KEY, dead);
    letters().refused(KEY, dead);
    assertThat(after(TAKEOVER).claim(KEY)).isEqualTo(new Claim.Busy());
  }

  @Test
  void onOneMachineTheClaimsLeftBehindAreFreeAtTheStart() {
    letters().claim(KEY);
    letters().claim(new LetterKey(KEY.conversion(), 2, Kind.READY));
    letters().sent(new LetterKey(KEY.conversion(), 2, Kind.READY));
    assertThat(letters().releaseAll()).isEqualTo(1);
    assertThat(letters().claim(KEY)).isEqualTo(new Claim.Won(2));
    assertThat(letters().claim(new LetterKey(KEY.conversion(), 2, Kind.READY)))
        .isEqualTo(new Claim.Settled());
  }

  @Test
  void aLetterThatWaitsIsFreeAtOnceAndARefusedOneNever() {
    letters().waiting(KEY, (Claim.Won) letters().claim(KEY));
    Claim second = letters().claim(KEY);
    assertThat(second).isEqualTo(new Claim.Won(2));
    letters().refused(KEY, (Claim.Won) second);
    assertThat(after(Duration.ofDays(1)).claim(KEY)).isEqualTo(new Claim.Settled());
  }

  @Test
  void oldLettersAreForgottenAndYoungOnesAreNot() {
    letters().claim(KEY);
    letters().sent(KEY);
    assertThat(letters().forget(Examples.NOON)).isZero();
    assertThat(letters().forget(Examples.NOON.plusMillis(1))).isEqualTo(1);
  }
}

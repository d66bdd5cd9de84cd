package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionId;
import io.tapedeck.notification.MailKey.Kind;
import io.tapedeck.notification.SentMails.Claim;
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

class SentMailsTest {
  private static final Duration TAKEOVER = Duration.ofMinutes(5);
  private static final MailKey KEY = new MailKey(ConversionId.at(Examples.NOON), 1, Kind.READY);

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

  /** The e-mails as a replica sees them so long after noon. */
  private SentMails after(Duration time) {
    Instant now = Examples.NOON.plus(time);
    return new SentMails(database, Clock.fixed(now, ZoneOffset.UTC), TAKEOVER);
  }

  private SentMails mails() {
    return after(Duration.ZERO);
  }

  @Test
  void aSecondClaimOfTheSameMailIsRefused() {
    assertThat(mails().claim(KEY, Examples.ADA)).isEqualTo(new Claim.Won(1));
    assertThat(mails().claim(KEY, Examples.ADA)).isEqualTo(new Claim.Busy());
    mails().sent(KEY);
    assertThat(mails().claim(KEY, Examples.ADA)).isEqualTo(new Claim.Settled());
    assertThat(after(Duration.ofDays(1)).claim(KEY, Examples.ADA)).isEqualTo(new Claim.Settled());
  }

  @Test
  void anotherAttemptAndAnotherEndAreOtherMails() {
    assertThat(mails().claim(KEY, Examples.ADA)).isEqualTo(new Claim.Won(1));
    assertThat(mails().claim(new MailKey(KEY.conversion(), 2, Kind.READY), Examples.ADA))
        .isEqualTo(new Claim.Won(1));
    assertThat(mails().claim(new MailKey(KEY.conversion(), 1, Kind.FAILED), Examples.ADA))
        .isEqualTo(new Claim.Won(1));
  }

  @Test
  void ofManyWhoClaimAtOnceOneWins() throws Exception {
    SentMails mails = mails();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Claim> claim = () -> mails.claim(KEY, Examples.ADA);
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
    Claim.Won dead = (Claim.Won) mails().claim(KEY, Examples.ADA);
    assertThat(after(TAKEOVER.minusMillis(1)).claim(KEY, Examples.ADA)).isEqualTo(new Claim.Busy());
    assertThat(after(TAKEOVER).claim(KEY, Examples.ADA)).isEqualTo(new Claim.Won(2));
    mails().waiting(KEY, dead);
    mails().refused(KEY, dead);
    assertThat(after(TAKEOVER).claim(KEY, Examples.ADA)).isEqualTo(new Claim.Busy());
  }

  @Test
  void onOneMachineTheClaimsLeftBehindAreFreeAtTheStart() {
    mails().claim(KEY, Examples.ADA);
    mails().claim(new MailKey(KEY.conversion(), 2, Kind.READY), Examples.ADA);
    mails().sent(new MailKey(KEY.conversion(), 2, Kind.READY));
    assertThat(mails().releaseAll()).isEqualTo(1);
    assertThat(mails().claim(KEY, Examples.ADA)).isEqualTo(new Claim.Won(2));
    assertThat(mails().claim(new MailKey(KEY.conversion(), 2, Kind.READY), Examples.ADA))
        .isEqualTo(new Claim.Settled());
  }

  @Test
  void aMailThatWaitsIsFreeAtOnceAndARefusedOneNever() {
    mails().waiting(KEY, (Claim.Won) mails().claim(KEY, Examples.ADA));
    Claim second = mails().claim(KEY, Examples.ADA);
    assertThat(second).isEqualTo(new Claim.Won(2));
    mails().refused(KEY, (Claim.Won) second);
    assertThat(after(Duration.ofDays(1)).claim(KEY, Examples.ADA)).isEqualTo(new Claim.Settled());
  }

  @Test
  void oldMailsAreForgottenAndYoungOnesAreNot() {
    mails().claim(KEY, Examples.ADA);
    mails().sent(KEY);
    assertThat(mails().forget(Examples.NOON)).isZero();
    assertThat(mails().forget(Examples.NOON.plusMillis(1))).isEqualTo(1);
  }
}

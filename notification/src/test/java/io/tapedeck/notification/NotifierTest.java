package io.tapedeck.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Video;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.notification.SentMails.Claim;
import io.tapedeck.notification.SmtpMailer.Security;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real ledger, the real bus and a real mail server. */
class NotifierTest {
  @TempDir Path folder;

  private final TurnableClock clock = new TurnableClock(Examples.NOON);
  private final GreenMail post =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final People people = new People();
  private Database database;
  private Ledger ledger;
  private SentMails mails;
  private SmtpProxy door;
  private SmtpMailer mailer;
  private Notifier notifier;

  @BeforeEach
  void open() throws Exception {
    post.start();
    door = new SmtpProxy(post.getSmtp().getPort(), Security.NONE, null);
    mailer =
        new SmtpMailer(
            new SmtpMailer.Settings(
                "127.0.0.1",
                door.port(),
                Security.NONE,
                Optional.empty(),
                "tapedeck@example.org",
                Optional.empty(),
                Duration.ofSeconds(10)));
    database = Database.sqlite(folder.resolve("t.db"));
    ledger = new SqlLedger(database, clock);
    mails = new SentMails(database, clock, Duration.ofMinutes(5));
    notifier = notifier();
    people.all.put(Examples.ADA, Examples.ENGLISH);
  }

  @AfterEach
  void close() {
    database.close();
    door.close();
    post.stop();
  }

  private Notifier notifier() {
    return notifier(Optional.empty());
  }

  private Notifier notifier(Optional<ConfirmedAddresses> confirmed) {
    return new Notifier(ledger, people, mails, () -> confirmed, mailer, Examples.links(), clock);
  }

  /** Sends as the true one does; at that moment the e-mails' table goes away. */
  private final class LosingItsTable implements Mailer {
    @Override
    public Delivery send(Mail mail) {
      Delivery delivery = mailer.send(mail);
      database.write(handle -> handle.execute("ALTER TABLE sent_mails RENAME TO elsewhere"));
      return delivery;
    }

    @Override
    public Health check() {
      return mailer.check();
    }

    @Override
    public void close() {
      mailer.close();
    }
  }

  @Test
  void aMailThatIsOutIsWrittenDownWhenTheDatabaseIsBack() throws Exception {
    ConversionId id = ready();
    Notifier losing =
        new Notifier(
            ledger, people, mails, Optional::empty, new LosingItsTable(), Examples.links(), clock);
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      AtomicReference<Thread> handling = new AtomicReference<>();
      Future<Verdict> verdict =
          one.submit(() -> {
            handling.set(Thread.currentThread());
            return losing.handle(new Event.Mp3Ready(id));
          });
      while (!verdict.isDone() && !waitsForTheDatabase(handling.get())) {
        Thread.onSpinWait();
      }
      database.write(handle -> handle.execute("ALTER TABLE elsewhere RENAME TO sent_mails"));
      assertThat(verdict.get()).isEqualTo(Verdict.ACK);
    }
    assertThat(notifier.handle(new Event.Mp3Ready(id))).isEqualTo(Verdict.ACK);
    assertThat(post.getReceivedMessages()).hasSize(1);
  }

  @Test
  void anEventThatFindsItsMailSentAsksNobodyForTheOwner() throws Exception {
    ConversionId id = ready();
    assertThat(notifier.handle(new Event.Mp3Ready(id))).isEqualTo(Verdict.ACK);
    assertThat(notifier.handle(new Event.Mp3Ready(id))).isEqualTo(Verdict.ACK);
    assertThat(people.asked).hasValue(1);
    assertThat(post.getReceivedMessages()).hasSize(1);
  }

  private static boolean waitsForTheDatabase(Thread thread) {
    return thread != null
        && Arrays.stream(thread.getStackTrace())
            .limit(4)
            .map(StackTraceElement::getMethodName)
            .toList()
            .containsAll(List.of("parkNanos", "writeDown"));
  }

  private ConversionId readyOf(AccountId owner) {
    ConversionId id = queued(owner);
    finish(id);
    return id;
  }

  private ConversionId queued() {
    return queued(Examples.ADA);
  }

  private ConversionId queued(AccountId owner) {
    ConversionId id = ConversionId.at(Examples.NOON);
    ledger.create(
        id,
        owner,
        new Video("talk.mp4", 1000, BlobId.video(id)),
        ConversionOptions.DEFAULT,
        Examples.NOON.plus(Duration.ofDays(7)));
    return id;
  }

  private Lease claimed(ConversionId id) {
    Move.Done done = (Move.Done) ledger.claim(id, "worker", Duration.ofMinutes(1));
    return new Lease(id, done.conversion().attempt(), "worker", Examples.NOON.plusSeconds(60));
  }

  private ConversionId ready() {
    ConversionId id = queued();
    finish(id);
    return id;
  }

  private void finish(ConversionId id) {
    Lease lease = claimed(id);
    Mp3 mp3 =
        new Mp3(
            BlobId.mp3(id, lease.attempt()),
            10,
            Duration.ofSeconds(1),
            "ab".repeat(32),
            false,
            List.of());
    assertThat(ledger.finish(lease, mp3)).isInstanceOf(Move.Done.class);
  }

  private ConversionId failed() {
    ConversionId id = queued();
    Problem problem = new Problem(Code.UNREADABLE_MEDIA, "nothing but zeros");
    assertThat(ledger.fail(claimed(id), problem)).isInstanceOf(Move.Done.class);
    return id;
  }

  private List<String> subjects() throws Exception {
    return java.util.Arrays.stream(post.getReceivedMessages()).map(NotifierTest::subject).toList();
  }

  private static String subject(MimeMessage message) {
    try {
      return message.getSubject();
    } catch (jakarta.mail.MessagingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anEventThatComesTwiceGivesOneMail() throws Exception {
    Event.Work event = new Event.Mp3Ready(ready());
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
    assertThat(subjects()).containsExactly("Your MP3 is ready: “talk.mp4”");
  }

  @Test
  void severalNotifiersThatRaceGiveOneMail() throws Exception {
    Event.Work event = new Event.Mp3Ready(ready());
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Verdict> handle = () -> notifier().handle(event);
      List<Future<Verdict>> verdicts =
          all.invokeAll(IntStream.range(0, 8).mapToObj(i -> handle).toList());
      assertThat(verdicts.stream().map(Future::resultNow))
          .contains(Verdict.ACK)
          .doesNotContain(Verdict.DISCARD);
    }
    assertThat(subjects()).hasSize(1);
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
  }

  @Test
  void aTemporaryRefusalIsTriedAgainByTheBusUntilItIsTaken() throws Exception {
    door.refuseOnce("RCPT", "451 greylisted");
    door.refuseOnce("MAIL", "421 too busy");
    CountDownLatch taken = new CountDownLatch(1);
    EventBus bus = new TableEventBus(database, TableEventBus.Tries.DEFAULT, Clock.systemUTC());
    EventBus.Handler counting =
        event -> {
          Verdict verdict = notifier.handle(event);
          if (verdict == Verdict.ACK) {
            taken.countDown();
          }
          return verdict;
        };
    try (bus;
        EventBus.Subscription subscription = bus.consume(EventBus.Queue.MP3, 2, counting)) {
      bus.publish(new Event.Mp3Ready(ready()));
      assertThat(subscription).isNotNull();
      assertThat(taken.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(subjects()).hasSize(1);
  }

  @Test
  void aRefusalForGoodGoesToTheDeadLettersAndIsNotTriedAgain() throws Exception {
    door.refuseOnce("RCPT", "550 no such person");
    Event.Work event = new Event.Mp3Ready(ready());
    assertThat(notifier.handle(event)).isEqualTo(Verdict.DISCARD);
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
    assertThat(subjects()).isEmpty();
  }

  @Test
  void aMailWhoseSenderDiedBetweenClaimAndSendingIsSentAfterTheStart() throws Exception {
    ConversionId id = ready();
    Event.Work event = new Event.Mp3Ready(id);
    MailKey key = MailKey.of(ledger.find(id).orElseThrow()).orElseThrow();
    assertThat(mails.claim(key, Examples.ADA))
        .isInstanceOf(Claim.Won.class); // and then it was killed
    assertThat(notifier.handle(event)).isEqualTo(Verdict.RETRY);
    assertThat(subjects()).isEmpty();
    assertThat(mails.releaseAll()).isEqualTo(1);
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
    assertThat(subjects()).hasSize(1);
  }

  @Test
  void aMailWhoseSenderDiedAfterSendingKeepsItsMessageId() throws Exception {
    ConversionId id = ready();
    Event.Work event = new Event.Mp3Ready(id);
    notifier.handle(event);
    database.write(handle -> handle.execute("UPDATE sent_mails SET state = 'claimed'"));
    mails.releaseAll();
    assertThat(notifier.handle(event)).isEqualTo(Verdict.ACK);
    MimeMessage[] both = post.getReceivedMessages();
    assertThat(both).hasSize(2);
    assertThat(both[0].getMessageID())
        .isEqualTo("<" + id + ".1.ready@example.org>")
        .isEqualTo(both[1].getMessageID());
  }

  @Test
  void aMailServerThatWasAwayForLongGetsTheMailsWhenItIsBack() throws Exception {
    ConversionId first = ready();
    ConversionId second = failed();
    List<ConversionId> more = IntStream.range(0, 5).mapToObj(i -> ready()).toList();
    for (int i = 0; i < 7 + 5; i++) {
      door.refuseOnce("MAIL", "421 still away");
    }
    assertThat(notifier.handle(new Event.Mp3Ready(first))).isEqualTo(Verdict.RETRY);
    assertThat(notifier.handle(new Event.ConversionFailed(second))).isEqualTo(Verdict.RETRY);
    more.forEach(id -> notifier.handle(new Event.Mp3Ready(id)));
    MailRetry late = new MailRetry(mails, notifier, Duration.ZERO, clock);
    late.round(); // five refusals in a row are enough to see that it is still away
    assertThat(subjects()).isEmpty();
    late.round();
    assertThat(subjects()).hasSize(SentMails.AT_ONCE);
    clock.advance(SentMails.WINDOW);
    assertThat(notifier.sendDigests()).isTrue();
    late.round();
    assertThat(subjects()).hasSize(SentMails.AT_ONCE + 1);
    assertThat(ofAll(first, second)).isEqualTo(2);
    assertThat(ofAll(more.toArray(ConversionId[]::new))).isEqualTo(5);
  }

  /** How many of these conversions exactly one e-mail names. */
  private long ofAll(ConversionId... ids) throws Exception {
    List<String> texts = new ArrayList<>();
    for (MimeMessage message : post.getReceivedMessages()) {
      texts.add(((MimeMultipart) message.getContent()).getBodyPart(0).getContent().toString());
    }
    return Arrays.stream(ids)
        .filter(id ->
            texts.stream().filter(text -> text.matches("(?s).*: [^\n]*" + id + ".*")).count() == 1)
        .count();
  }

  @Test
  void manyResultsWithinAMinuteComeInFewMailsAndEachInOne() throws Exception {
    List<ConversionId> all = IntStream.range(0, 60).mapToObj(i -> ready()).toList();
    all.forEach(id -> assertThat(handled(id)).isEqualTo(Verdict.ACK));
    all.forEach(id -> assertThat(handled(id)).isEqualTo(Verdict.ACK));
    assertThat(subjects()).hasSize(SentMails.AT_ONCE);
    assertThat(notifier.sendDigests()).isTrue();
    assertThat(subjects()).as("its minute is not over").hasSize(SentMails.AT_ONCE);
    ledger.expire(all.getLast(), true);
    clock.advance(SentMails.WINDOW);
    door.refuseOnce("MAIL", "421 too busy");
    assertThat(notifier.sendDigests()).isFalse();
    clock.advance(SentMails.WINDOW);
    assertThat(notifier.sendDigests()).isTrue();
    assertThat(subjects()).hasSize(SentMails.AT_ONCE + 1).contains("56 of 56 MP3s are ready");
    assertThat(ofAll(all.subList(0, 59).toArray(ConversionId[]::new))).isEqualTo(59);
    assertThat(ofAll(all.getLast())).isZero();
    clock.advance(SentMails.WINDOW.multipliedBy(2));
    ConversionId later = ready();
    assertThat(handled(later)).isEqualTo(Verdict.ACK);
    assertThat(subjects()).hasSize(SentMails.AT_ONCE + 2);
  }

  @Test
  void anAddressThatNobodyConfirmedGetsOneQuestionADayAndNoResults() throws Exception {
    ConfirmedAddresses confirmed = new ConfirmedAddresses(database, clock);
    Notifier careful = notifier(Optional.of(confirmed));
    clock.advance(Duration.ofMinutes(1));
    AccountId young = AccountId.at(clock.instant());
    people.all.put(young, new Identity.Person(young, "ada@example.org", Locale.ITALIAN));
    List<ConversionId> all = IntStream.range(0, 60).mapToObj(i -> readyOf(young)).toList();
    door.refuseOnce("MAIL", "421 too busy");
    all.forEach(id -> careful.handle(new Event.Mp3Ready(id)));
    assertThat(subjects()).containsExactly("Conferma il tuo indirizzo per Tapedeck");
    clock.advance(ConfirmedAddresses.AGAIN);
    careful.handle(new Event.Mp3Ready(all.getFirst()));
    assertThat(subjects()).hasSize(2);

    assertThat(confirmed.confirm("no such token")).isFalse();
    assertThat(confirmed.confirm(token(1))).isTrue();
    careful.handle(new Event.Mp3Ready(all.getFirst()));
    assertThat(subjects()).hasSize(3).last().asString().startsWith("Il tuo MP3 è pronto");

    // Another address of the same account is another question.
    people.all.put(young, new Identity.Person(young, "eve@example.org", Locale.ITALIAN));
    careful.handle(new Event.Mp3Ready(all.get(1)));
    assertThat(subjects()).hasSize(4).last().isEqualTo("Conferma il tuo indirizzo per Tapedeck");
    clock.advance(ConfirmedAddresses.LIFE);
    assertThat(confirmed.confirm(token(3))).as("too late").isFalse();
  }

  @Test
  void theAddressesOfOlderAccountsCountAsConfirmed() throws Exception {
    clock.advance(Duration.ofMinutes(1));
    Notifier careful = notifier(Optional.of(new ConfirmedAddresses(database, clock)));
    careful.handle(new Event.Mp3Ready(ready()));
    assertThat(subjects()).containsExactly("Your MP3 is ready: “talk.mp4”");
    clock.advance(Duration.ofDays(1));
    Notifier later = notifier(Optional.of(new ConfirmedAddresses(database, clock)));
    later.handle(new Event.Mp3Ready(ready()));
    assertThat(subjects()).hasSize(2);
  }

  private String token(int mail) throws Exception {
    MimeMessage message = post.getReceivedMessages()[mail];
    String text = ((MimeMultipart) message.getContent()).getBodyPart(0).getContent().toString();
    return text.replaceAll("(?s).*email-confirmations/([0-9a-f]+).*", "$1");
  }

  private Verdict handled(ConversionId id) {
    return notifier.handle(new Event.Mp3Ready(id));
  }

  @Test
  void aMailAboutWhatIsGoneStopsWaiting() throws Exception {
    ConversionId id = ready();
    door.refuseOnce("RCPT", "450 full");
    notifier.handle(new Event.Mp3Ready(id));
    assertThat(mails.unsent(Duration.ZERO, 10)).hasSize(1);
    ledger.expire(id, true);
    new MailRetry(mails, notifier, Duration.ZERO, clock).round();
    assertThat(mails.unsent(Duration.ZERO, 10)).isEmpty();
    assertThat(subjects()).isEmpty();
  }

  @Test
  void aConversionTriedAgainGetsAMailForEachEnd() throws Exception {
    ConversionId id = failed();
    notifier.handle(new Event.ConversionFailed(id));
    ledger.retry(id);
    assertThat(notifier.handle(new Event.ConversionFailed(id))).isEqualTo(Verdict.ACK);
    finish(id);
    notifier.handle(new Event.Mp3Ready(id));
    notifier.handle(new Event.ConversionFailed(id)); // heard late; the ledger knows better
    assertThat(subjects())
        .containsExactly("We could not convert “talk.mp4”", "Your MP3 is ready: “talk.mp4”");
  }

  @Test
  void nobodyIsWrittenToAboutWhatIsGone() throws Exception {
    ConversionId deleted = ready();
    ledger.expire(deleted, true);
    ConversionId cancelled = queued();
    ledger.cancel(cancelled);
    ConversionId unknown = ConversionId.at(Examples.NOON);
    for (ConversionId id : List.of(deleted, cancelled, unknown, queued())) {
      assertThat(notifier.handle(new Event.Mp3Ready(id))).isEqualTo(Verdict.ACK);
    }
    ConversionId orphaned = ready();
    people.all.clear();
    assertThat(notifier.handle(new Event.Mp3Ready(orphaned))).isEqualTo(Verdict.ACK);
    assertThat(subjects()).isEmpty();
  }

  @Test
  void anOwnerReadsTheirOwnLanguage() throws Exception {
    people.all.put(Examples.ADA, Examples.ITALIAN);
    notifier.handle(new Event.Mp3Ready(ready()));
    assertThat(subjects()).containsExactly("Il tuo MP3 è pronto: “talk.mp4”");
  }

  @Test
  void aPasswordResetArrivesOrTheCallerIsTold() throws Exception {
    URI link = URI.create("https://tapedeck.example/#reset=abc");
    notifier.passwordReset(Examples.ENGLISH, link, Examples.NOON);
    assertThat(subjects()).containsExactly("Choose a new password for Tapedeck");
    door.refuseOnce("RCPT", "451 later");
    assertThatExceptionOfType(Outage.class)
        .isThrownBy(() -> notifier.passwordReset(Examples.ENGLISH, link, Examples.NOON))
        .withMessageContaining("451 later")
        .withMessageNotContaining("abc");
  }

  @Test
  void anAddressThatIsNotConfirmedGetsTheQuestionInsteadOfALinkForANewPassword() throws Exception {
    URI link = URI.create("https://tapedeck.example/#reset=abc");
    ConfirmedAddresses confirmed = new ConfirmedAddresses(database, clock);
    Notifier careful = notifier(Optional.of(confirmed));
    clock.advance(Duration.ofMinutes(1));
    Identity.Person young =
        new Identity.Person(AccountId.at(clock.instant()), "ada@example.org", Locale.ITALIAN);

    assertThat(careful.passwordReset(young, link, Examples.NOON)).isFalse();
    assertThat(careful.passwordReset(young, link, Examples.NOON)).isFalse();
    assertThat(subjects()).containsExactly("Conferma il tuo indirizzo per Tapedeck");
    assertThat(confirmed.confirm(token(0))).isTrue();
    assertThat(careful.passwordReset(young, link, Examples.NOON)).isTrue();
    assertThat(subjects()).hasSize(2).last().asString().contains("password");
  }

  /** Knows people by account; nobody signs in here. */
  private static final class People implements Identity {
    final Map<AccountId, Person> all = new ConcurrentHashMap<>();
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public Principal verify(Secret token) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Secret signIn(String email, Secret password, String from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Person> person(AccountId account) {
      asked.incrementAndGet();
      return Optional.ofNullable(all.get(account));
    }

    @Override
    public Health check() {
      return Health.up();
    }

    @Override
    public void close() {}
  }
}

package io.tapedeck.notification;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.notification.Mailer.Delivery;
import io.tapedeck.notification.SentMails.Claim;
import io.tapedeck.tasks.Backoff;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Handles the events of {@link EventBus.Queue#MP3}. It looks up how the conversion ended and sends
 * its owner one e-mail about it, however often the event comes and however many replicas receive
 * it. When the process dies after it sent an e-mail and before it recorded that, the e-mail is sent
 * again under the same Message-ID.
 */
public final class Notifier implements EventBus.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  /** Far longer than the time in which the end of a conversion is published again. */
  private static final Duration REMEMBERED = Duration.ofDays(90);

  private static final int MAILS_BETWEEN_SWEEPS = 500;
  private static final int DIGESTS = 200;
  private static final int RESULTS_IN_A_MAIL = 100;
  private static final Backoff BETWEEN_TRIES =
      Backoff.doubling(Duration.ofMillis(500), Duration.ofSeconds(5));

  private final Ledger ledger;
  private final Identity identity;
  private final SentMails mails;
  private final Supplier<Optional<ConfirmedAddresses>> asked;
  private final Mailer mailer;
  private final MailComposer writer;
  private final Clock clock;
  private final AtomicInteger written = new AtomicInteger();

  /**
   * The creator of the mailer closes it.
   *
   * @param asked the addresses that get results, as it is now; if empty, every address does
   */
  public Notifier(
      Ledger ledger,
      Identity identity,
      SentMails mails,
      Supplier<Optional<ConfirmedAddresses>> asked,
      Mailer mailer,
      MailLinks links,
      Clock clock) {
    this.ledger = ledger;
    this.identity = identity;
    this.mails = mails;
    this.asked = asked;
    this.mailer = mailer;
    this.writer = new MailComposer(links, clock);
    this.clock = clock;
  }

  @Override
  public Verdict handle(Event.Work event) {
    Optional<Conversion> found = ledger.find(event.conversion());
    Optional<MailKey> key = found.flatMap(MailKey::of);
    if (key.isEmpty()) {
      return nothing(event, "the conversion is gone, deleted or under way again");
    }
    if (mails.settled(key.get())) {
      return Verdict.ACK; // each end is published twice, in case the first event was lost
    }
    Conversion conversion = found.orElseThrow();
    Optional<Person> person = identity.person(conversion.owner());
    if (person.isEmpty()) {
      return nothing(event, "its owner's account is gone");
    }
    if (!isConfirmed(person.get())) {
      return nothing(event, "its owner has not confirmed the e-mail address");
    }
    Optional<Mail> mail = writer.ended(conversion, key.get(), person.get());
    return mail.isEmpty() ? Verdict.ACK : once(key.get(), conversion.owner(), mail.get());
  }

  private Verdict once(MailKey key, AccountId owner, Mail mail) {
    return switch (mails.claim(key, owner)) {
      case Claim.Won won -> send(key, won, mail);
      case Claim.Settled s -> Verdict.ACK;
      case Claim.Collected c -> {
        log(key).log("many results at once; this one comes in an e-mail with others");
        yield Verdict.ACK;
      }
      case Claim.Busy b -> {
        log(key).log("e-mail is being sent by another; looked at again later");
        yield Verdict.RETRY;
      }
    };
  }

  private Verdict send(MailKey key, Claim.Won claim, Mail mail) {
    return switch (mailer.send(mail)) {
      case Delivery.Sent s -> {
        writeDown(key);
        sweep();
        yield Verdict.ACK;
      }
      case Delivery.Refused r -> {
        mails.refused(key, claim);
        yield Verdict.DISCARD;
      }
      case Delivery.Later l -> {
        mails.waiting(key, claim);
        yield Verdict.RETRY;
      }
    };
  }

  /** Whether the person gets results; asks for a confirmation otherwise. */
  private boolean isConfirmed(Person person) {
    Optional<ConfirmedAddresses> confirmed = asked.get();
    if (confirmed.isEmpty() || confirmed.get().isConfirmed(person)) {
      return true;
    }
    confirmed
        .get()
        .ask(person)
        .map(token -> mailer.send(writer.confirmation(person, token)))
        .filter(Delivery.Later.class::isInstance)
        .ifPresent(later -> confirmed.get().askAgain(person));
    return false;
  }

  /**
   * Sends the collected results of accounts that had many at once, each account one e-mail.
   *
   * @return whether the mail server accepted or refused all of them
   */
  boolean sendDigests() {
    return mails.dueDigests(DIGESTS).stream().allMatch(this::sendDigest);
  }

  private boolean sendDigest(AccountId owner) {
    List<MailKey> keys = mails.claimCollected(owner, RESULTS_IN_A_MAIL);
    Map<MailKey, Conversion> ended = new LinkedHashMap<>();
    for (MailKey key : keys) {
      ledger
          .find(key.conversion())
          .filter(now -> MailKey.of(now).filter(key::equals).isPresent())
          .ifPresentOrElse(now -> ended.put(key, now), () -> mails.drop(key));
    }
    Optional<Person> person = ended.isEmpty() ? Optional.empty() : identity.person(owner);
    if (person.isEmpty() || !isConfirmed(person.get())) {
      ended.keySet().forEach(mails::drop);
      return true;
    }
    return switch (mailer.send(writer.digest(ended, person.get()))) {
      case Delivery.Sent s -> {
        ended.keySet().forEach(this::writeDown);
        yield true;
      }
      case Delivery.Refused r -> {
        ended.keySet().forEach(mails::drop);
        yield true;
      }
      case Delivery.Later l -> {
        mails.collectAgain(List.copyOf(ended.keySet()));
        yield false;
      }
    };
  }

  /**
   * Records that the e-mail was sent. Until this is recorded, another sender will send the e-mail
   * again. So this waits for a database that is away, almost until the claim could be taken over.
   */
  private void writeDown(MailKey key) {
    long end = System.nanoTime() + mails.takeover().toNanos() * 3 / 4;
    for (int failures = 1; ; failures++) {
      try {
        mails.sent(key);
        return;
      } catch (Outage e) {
        if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_TRIES.after(failures).toNanos());
      }
    }
  }

  private void sweep() {
    if (written.incrementAndGet() % MAILS_BETWEEN_SWEEPS == 0) {
      mails.forget(clock.instant().minus(REMEMBERED));
    }
  }

  /**
   * Nothing is lost: the e-mail is tried again when the end of the conversion is published again.
   */
  @Override
  public void dead(Event.Work event) {
    LOG.atWarn()
        .addKeyValue("conversion", event.conversion())
        .log("an e-mail was not sent; unless it was refused for good it is tried again later");
  }

  /**
   * Sends the link for a new password. This takes as long as the mail server takes. A request that
   * must not show whether an account exists lets another thread call it. An address that is not
   * confirmed gets the question instead, as for a result.
   *
   * @return whether the link was sent
   * @throws Outage when the e-mail was not accepted; the person asks again
   */
  public boolean passwordReset(Person person, URI link, Instant expires) {
    if (!isConfirmed(person)) {
      LOG.atInfo()
          .addKeyValue("account", person.account())
          .log("no link for a new password: the e-mail address is not confirmed yet");
      return false;
    }
    switch (mailer.send(writer.passwordReset(person, link, expires))) {
      case Delivery.Sent s -> {}
      case Delivery.Refused(var reason) -> throw new Outage("e-mail refused: " + reason, null);
      case Delivery.Later(var reason) -> throw new Outage("e-mail not taken: " + reason, null);
    }
    return true;
  }

  private static Verdict nothing(Event.Work event, String why) {
    LOG.atInfo()
        .addKeyValue("conversion", event.conversion())
        .addKeyValue("reason", why)
        .log("no e-mail");
    return Verdict.ACK;
  }

  private static LoggingEventBuilder log(MailKey key) {
    return LOG.atInfo()
        .addKeyValue("conversion", key.conversion())
        .addKeyValue("e-mail", key.name());
  }
}

package io.tapedeck.notification;

import io.tapedeck.core.Component;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.tasks.Schedule;
import java.time.Clock;
import java.time.Duration;

/**
 * Retries e-mails whose events are dead letters by now. This happens when the mail server was away
 * for longer than the bus retries, or the sender died. Retries end when the e-mail is sent, refused
 * for good, or about something that no longer exists. It also sends the e-mails about many results.
 */
public final class MailRetry implements Component {
  private static final int BATCH = 200;

  /** Time between two looks for results that are due in one e-mail. */
  private static final Duration DIGESTS = Duration.ofSeconds(10);

  /** After this many failures in a row, the fault is the mail server's, not the receivers'. */
  private static final int ENOUGH = 5;

  private final SentMails mails;
  private final Notifier notifier;
  private final Duration every;
  private final Schedule tasks;

  /**
   * @param every time between two rounds; an e-mail also waits this long after a failed try
   */
  public MailRetry(SentMails mails, Notifier notifier, Duration every, Clock clock) {
    this.mails = mails;
    this.notifier = notifier;
    this.every = every;
    this.tasks = new Schedule(clock);
    tasks.every("mail-retry", every, every, this::round);
    tasks.every("mail-digests", DIGESTS, DIGESTS, notifier::sendDigests);
  }

  /** Starts the rounds; the first comes after one pause. */
  public void start() {
    tasks.start();
  }

  /** Runs one round; it ends early when the mail server accepts nothing. */
  void round() {
    int inARow = 0;
    for (MailKey key : mails.unsent(every, BATCH)) {
      if (tasks.closing() || inARow == ENOUGH) {
        return;
      }
      if (notifier.handle(event(key)) == Verdict.RETRY) {
        inARow++;
      } else {
        inARow = 0;
        mails.drop(key); // when it was sent meanwhile, this changes nothing
      }
    }
  }

  private static Event.Work event(MailKey key) {
    return switch (key.kind()) {
      case READY -> new Event.Mp3Ready(key.conversion());
      case FAILED -> new Event.ConversionFailed(key.conversion());
    };
  }

  @Override
  public Health check() {
    return tasks.check();
  }

  /** Waits for the e-mail in progress. */
  @Override
  public void close() {
    tasks.close();
  }
}

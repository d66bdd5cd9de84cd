package io.tapedeck.notification;

import io.tapedeck.core.Component;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.tasks.Schedule;
import java.time.Clock;
import java.time.Duration;

/**
 * Tries e-mails again whose events are with the dead letters by now: the mail server was away for
 * longer than the bus tries, or the sender died. It ends when the e-mail is sent, refused for good
 * or about something that is gone.
 */
public final class MailRetry implements Component {
  private static final int BATCH = 200;

  /** So many in a row that are not taken: it is the mail server, not their receivers. */
  private static final int ENOUGH = 5;

  private final SentMails mails;
  private final Notifier notifier;
  private final Duration every;
  private final Schedule tasks;

  /**
   * @param every between two rounds; an e-mail rests as long after a try that did not work
   */
  public MailRetry(SentMails mails, Notifier notifier, Duration every, Clock clock) {
    this.mails = mails;
    this.notifier = notifier;
    this.every = every;
    this.tasks = new Schedule(clock);
    tasks.every("mail-retry", every, every, this::round);
  }

  /** Begins its rounds; the first comes after one pause. */
  public void start() {
    tasks.start();
  }

  /** One round; it ends early when the mail server takes nothing. */
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
        mails.drop(key); // when it was sent by now, this changes nothing
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

  /** Waits for the e-mail that is being sent. */
  @Override
  public void close() {
    tasks.close();
  }
}

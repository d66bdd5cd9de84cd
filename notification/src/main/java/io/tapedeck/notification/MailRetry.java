package io.tapedeck.notification;

import io.tapedeck.core.Component;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Fault;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries e-mails again whose events are with the dead letters by now: the mail server was away for
 * longer than the bus tries, or the sender died. It ends when the e-mail is sent, refused for good
 * or about something that is gone.
 */
public final class MailRetry implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(MailRetry.class);
  private static final int BATCH = 200;

  /** So many in a row that are not taken: it is the mail server, not their receivers. */
  private static final int ENOUGH = 5;

  private final SentMails mails;
  private final Notifier notifier;
  private final Duration every;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * @param every between two rounds; an e-mail rests as long after a try that did not work
   */
  public MailRetry(SentMails mails, Notifier notifier, Duration every) {
    this.mails = mails;
    this.notifier = notifier;
    this.every = every;
  }

  /** Begins its rounds; the first comes after one pause. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("late-e-mails").start(this::rounds);
  }

  private void rounds() {
    try {
      while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One round; it ends early when the mail server takes nothing. */
  void round() {
    try {
      int inARow = 0;
      for (MailKey key : mails.unsent(every, BATCH)) {
        if (stopping.getCount() == 0 || inARow == ENOUGH) {
          return;
        }
        if (notifier.handle(event(key)) == Verdict.RETRY) {
          inARow++;
        } else {
          inARow = 0;
          mails.drop(key); // when it was sent by now, this changes nothing
        }
      }
    } catch (Fault e) {
      LOG.atWarn().addKeyValue("problem", e.problem()).log("late e-mails wait for the next round");
    } catch (Throwable e) {
      LOG.atError().setCause(e).log("late e-mails wait for the next round");
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
    return stopping.getCount() == 0 ? Health.down("stopping") : Health.up();
  }

  /** Waits for the e-mail that is being sent. */
  @Override
  public synchronized void close() {
    stopping.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

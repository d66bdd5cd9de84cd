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
 * Tries letters again whose events are with the dead letters by now: the mail server was away for
 * longer than the bus tries, or the sender died. It ends when the letter is sent, refused for good
 * or about something that is gone.
 */
public final class LateLetters implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(LateLetters.class);
  private static final int BATCH = 200;

  /** So many in a row that are not taken: it is the mail server, not their receivers. */
  private static final int ENOUGH = 5;

  private final Letters letters;
  private final Notifier notifier;
  private final Duration every;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * @param every between two rounds; a letter rests as long after a try that did not work
   */
  public LateLetters(Letters letters, Notifier notifier, Duration every) {
    this.letters = letters;
    this.notifier = notifier;
    this.every = every;
  }

  /** Begins its rounds; the first comes after one pause. */
  public synchronized void start() {
    thread = Thread.ofVirtual().name("late-letters").start(this::rounds);
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
      for (LetterKey key : letters.unsent(every, BATCH)) {
        if (stopping.getCount() == 0 || inARow == ENOUGH) {
          return;
        }
        if (notifier.handle(event(key)) == Verdict.RETRY) {
          inARow++;
        } else {
          inARow = 0;
          letters.drop(key); // when it was sent by now, this changes nothing
        }
      }
    } catch (Fault e) {
      LOG.atWarn().addKeyValue("problem", e.problem()).log("late letters wait for the next round");
    } catch (Throwable e) {
      LOG.atError().setCause(e).log("late letters wait for the next round");
    }
  }

  private static Event.Work event(LetterKey key) {
    return switch (key.kind()) {
      case READY -> new Event.Mp3Ready(key.conversion());
      case FAILED -> new Event.ConversionFailed(key.conversion());
    };
  }

  @Override
  public Health check() {
    return stopping.getCount() == 0 ? Health.down("stopping") : Health.up();
  }

  /** Waits for the letter that is being sent. */
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

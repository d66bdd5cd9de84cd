package io.tapedeck.tasks;

import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;

/**
 * One delivery of an event by some transport. It is taken, read, settled and closed, by one thread
 * at a time.
 */
public interface Delivery extends AutoCloseable {
  /**
   * The delivered event.
   *
   * @param tries how often the event was delivered before without success; 0 or more
   */
  record Received(Event.Work event, int tries) {}

  /**
   * Reads the event.
   *
   * @throws Outage when a part that reading needs is not available; the caller reads again later
   * @throws RuntimeException when the message is no event of ours
   */
  Received read();

  /**
   * Records the result: done, again after a pause, or to the dead letters. The caller tries again
   * when this throws. {@link Verdict#DISCARD} is also for a message that could not be read.
   */
  void settle(Verdict verdict) throws Exception;

  /** Frees the place for the next delivery. A delivery that was not settled comes again. */
  @Override
  void close();
}

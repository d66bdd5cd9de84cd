package io.tapedeck.tasks;

import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus.Verdict;
import io.tapedeck.core.Outage;

/**
 * One delivery of an event by some transport. It is read once it is taken, settled, and closed. Its
 * methods are called by one thread at a time.
 */
public interface Delivery extends AutoCloseable {
  /**
   * What was delivered.
   *
   * @param tries how often it was delivered before in vain, 0 or more
   */
  record Received(Event.Work event, int tries) {}

  /**
   * Reads it.
   *
   * @throws Outage when what that needs is away; it is called again
   * @throws RuntimeException when it is no event of ours
   */
  Received read();

  /**
   * Writes down how it ended: gone, again after a pause, or with the dead letters. It is called
   * again when it throws. {@link Verdict#DISCARD} also for what could not be read.
   */
  void settle(Verdict verdict) throws Exception;

  /** Gives its place to the next one; one that was not settled is delivered again. */
  @Override
  void close();
}

package io.tapedeck.core;

import java.util.function.Consumer;

/**
 * Carries events between roles and replicas. Methods throw {@link Outage} when the bus cannot take
 * an event.
 */
public interface EventBus extends Component {
  /** The queues of work, each with its dead letters. */
  enum Queue {
    /** VideoStored, for converters. */
    VIDEO,
    /** Mp3Ready and ConversionFailed, for notification. */
    MP3
  }

  /**
   * Returns when the event is safe: it will be delivered at least once, even when everything is
   * killed now. After an {@link Outage} it is not safe; the bus may deliver it later all the same,
   * and whoever publishes it again does no harm.
   */
  void publish(Event.Work event);

  /**
   * Tells everybody who listens now; it may be lost. It never fails and never waits for a broker,
   * so who renews leases may call it.
   */
  void tell(Event.Notice notice);

  /**
   * Handles a queue's events, at most {@code parallel} at once, each on a platform thread of its
   * own, so that it may wait for a process, until the subscription is closed.
   */
  Subscription consume(Queue queue, int parallel, Handler handler);

  /** Hears notices from all replicas. The listener must return quickly. */
  Subscription listen(Consumer<Event.Notice> listener);

  /**
   * What is done with a delivered event. A handler that throws, whatever it throws, is RETRY, with
   * the fault in the log.
   */
  interface Handler {
    Verdict handle(Event.Work event);

    /**
     * Told when an event was delivered too often or discarded, before it is put with the dead
     * e-mails. After an {@link Outage} it is told again; whatever else it throws is logged.
     */
    default void dead(Event.Work event) {}
  }

  /** How a delivery ended. */
  enum Verdict {
    /** Done; never again. */
    ACK,
    /** Not now: again after a growing pause, until the delivery limit. */
    RETRY,
    /** Never: to the dead letters at once. */
    DISCARD
  }

  /**
   * A consumer or listener. Closing ends it: no new deliveries; close returns when those under way
   * have ended.
   */
  interface Subscription extends Component {
    /** Down when events do not reach it, and no {@link Outage} of the bus is the reason. */
    @Override
    default Health check() {
      return Health.up();
    }
  }

  /** The queue an event belongs to. */
  static Queue queueOf(Event.Work event) {
    return switch (event) {
      case Event.VideoStored e -> Queue.VIDEO;
      case Event.Mp3Ready e -> Queue.MP3;
      case Event.ConversionFailed e -> Queue.MP3;
    };
  }
}

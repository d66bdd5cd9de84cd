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
   * Returns when the event is safe: the bus will deliver it at least once, even when everything is
   * killed now. After an {@link Outage} the event is not safe, but the bus may still deliver it
   * later. Publishing it again does no harm.
   */
  void publish(Event.Work event);

  /**
   * Sends a notice to all who listen now. The notice may be lost. This method never fails and never
   * waits for a broker, so that code that renews leases may call it.
   */
  void tell(Event.Notice notice);

  /**
   * Handles a queue's events until the subscription is closed, at most {@code parallel} at once.
   * Each event has its own platform thread, so that a handler may wait for a process.
   */
  Subscription consume(Queue queue, int parallel, Handler handler);

  /** Receives notices from all replicas. The listener must return quickly. */
  Subscription listen(Consumer<Event.Notice> listener);

  /**
   * Handles delivered events. Whatever a handler throws, the verdict is RETRY and the fault is
   * logged.
   */
  interface Handler {
    Verdict handle(Event.Work event);

    /**
     * Called when an event was delivered too often or discarded, before the event goes to the dead
     * letters. After an {@link Outage} this is called again. Whatever else is thrown is logged.
     */
    default void dead(Event.Work event) {}
  }

  /** The result of a delivery. */
  enum Verdict {
    /** Done. Never deliver the event again. */
    ACK,
    /** Not now. Deliver the event again after a growing pause, until the delivery limit. */
    RETRY,
    /** Never. Move the event to the dead letters at once. */
    DISCARD
  }

  /**
   * A consumer or listener. Closing stops new deliveries and returns when the deliveries under way
   * have ended.
   */
  interface Subscription extends Component {
    /**
     * Down when events do not reach the subscription for a reason other than an {@link Outage} of
     * the bus.
     */
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

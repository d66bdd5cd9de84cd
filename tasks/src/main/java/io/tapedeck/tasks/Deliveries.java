package io.tapedeck.tasks;

import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.Optional;

/** Where the deliveries of one queue come from. It gives no more at once than may be under way. */
public interface Deliveries extends AutoCloseable {
  /**
   * What there is now.
   *
   * @param delivery the next one, which nobody else gets until it is closed
   * @param rest after which to ask again when there is none, unless woken
   */
  record Next(Optional<Delivery> delivery, Duration rest) {
    public static Next of(Delivery delivery) {
      return new Next(Optional.of(delivery), Duration.ZERO);
    }

    public static Next none(Duration rest) {
      return new Next(Optional.empty(), rest);
    }
  }

  /**
   * Begins.
   *
   * @param wake called whenever there may be a delivery
   * @throws Outage when it cannot begin; nothing is left behind then
   */
  void open(Runnable wake);

  /** Takes the next delivery without waiting for one; asked by one thread. */
  Next next() throws Exception;

  /** Wants no more; those under way are still settled. */
  default void stop() {}

  /** All that were taken are closed. */
  @Override
  void close();
}

package io.tapedeck.tasks;

import io.tapedeck.core.Outage;
import java.time.Duration;
import java.util.Optional;

/** The source of one queue's deliveries. It gives no more at once than may be under way. */
public interface Deliveries extends AutoCloseable {
  /**
   * The answer to a request for the next delivery.
   *
   * @param delivery the next delivery, which nobody else gets until it is closed
   * @param rest how long to wait before asking again when there is none, unless woken
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
   * Starts the source.
   *
   * @param wake called whenever there may be a delivery
   * @throws Outage when the source cannot start; then nothing is left behind
   */
  void open(Runnable wake);

  /** Takes the next delivery without waiting for one. Only one thread calls this. */
  Next next() throws Exception;

  /** Requests no more deliveries. Deliveries under way are still settled. */
  default void stop() {}

  /** Ends the source. Called when all taken deliveries are closed. */
  @Override
  void close();
}

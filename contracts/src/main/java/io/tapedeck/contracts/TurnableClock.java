package io.tapedeck.contracts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is turned. Safe for many threads. */
public final class TurnableClock extends Clock {
  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  /** A clock that stands at this moment, in UTC. */
  public TurnableClock(Instant start) {
    this(new AtomicReference<>(start), ZoneOffset.UTC);
  }

  private TurnableClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** Turns it to a moment, forwards or back. */
  public void set(Instant moment) {
    now.set(moment);
  }

  /** Turns it on, and returns the moment it shows then. */
  public Instant advance(Duration step) {
    return now.updateAndGet(moment -> moment.plus(step));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock face, turned together with this one. */
  @Override
  public Clock withZone(ZoneId other) {
    return new TurnableClock(now, other);
  }
}

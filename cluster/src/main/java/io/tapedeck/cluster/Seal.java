package io.tapedeck.cluster;

import io.tapedeck.core.Event;
import io.tapedeck.core.Refusal;

/**
 * Proves to a receiver which service sent an event. The app provides it: a short-lived JWT of the
 * sender, checked with auth's keys.
 */
public interface Seal {
  /** A token for this event from this service. */
  String of(Event event);

  /**
   * Checks the token of a received event.
   *
   * @throws Refusal when the token is missing, expired, for another audience or event, or not of
   *     one of our services
   */
  void check(String token, Event event);
}

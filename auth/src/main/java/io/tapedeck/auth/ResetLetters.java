package io.tapedeck.auth;

import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;

/** Sends the letter that lets somebody choose a new password. */
@FunctionalInterface
public interface ResetLetters {
  /**
   * Sends or queues the letter. What it throws is logged and ends there; the person asks again.
   *
   * @param link opens the page where the new password is typed; good once and for one hour
   */
  void send(Person to, Secret link);
}

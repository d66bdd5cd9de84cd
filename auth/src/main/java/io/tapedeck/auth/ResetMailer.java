package io.tapedeck.auth;

import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;

/** Sends the e-mail that lets somebody choose a new password. */
@FunctionalInterface
public interface ResetMailer {
  /**
   * Sends or queues the e-mail. What it throws is logged and ends there; the person asks again.
   *
   * @param link opens the page where the new password is typed; good once and for one hour
   */
  void send(Person to, Secret link);
}

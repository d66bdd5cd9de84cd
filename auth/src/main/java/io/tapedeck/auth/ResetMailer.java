package io.tapedeck.auth;

import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;

/** Sends the e-mail with which a person can choose a new password. */
@FunctionalInterface
public interface ResetMailer {
  /**
   * Sends or queues the e-mail. An exception is logged, without a retry; the person can ask again.
   *
   * @param link opens the page for a new password; valid once and for one hour
   * @return false when this address gets no such e-mail, because nobody confirmed it yet
   */
  boolean send(Person to, Secret link);
}

package io.tapedeck.notification;

import io.tapedeck.core.Component;

/**
 * Takes e-mails out of the house. Sending the same e-mail again is allowed and changes nothing that
 * a receiver can see: the e-mail keeps its name, and its Message-ID is made of that name.
 */
public interface Mailer extends Component {
  /** Hands one e-mail over; blocks until it is taken, refused or clear that it must wait. */
  Delivery send(Mail mail);

  /** How it went. */
  sealed interface Delivery {
    /** Taken, safely. */
    record Sent() implements Delivery {}

    /** Refused for good: the same e-mail will be refused again. */
    record Refused(String reason) implements Delivery {}

    /** Not taken now; a later try can succeed. */
    record Later(String reason) implements Delivery {}
  }
}

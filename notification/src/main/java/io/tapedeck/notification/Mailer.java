package io.tapedeck.notification;

import io.tapedeck.core.Component;

/**
 * Sends e-mails to the outside. Sending the same e-mail again is allowed and changes nothing that a
 * receiver can see: the e-mail keeps its name, and its Message-ID is made from that name.
 */
public interface Mailer extends Component {
  /** Sends one e-mail; blocks until it is accepted, refused or has to wait. */
  Delivery send(Mail mail);

  /** The result of sending an e-mail. */
  sealed interface Delivery {
    /** Accepted and safe. */
    record Sent() implements Delivery {}

    /** Refused for good: the same e-mail will be refused again. */
    record Refused(String reason) implements Delivery {}

    /** Not accepted now; a later try can succeed. */
    record Later(String reason) implements Delivery {}
  }
}

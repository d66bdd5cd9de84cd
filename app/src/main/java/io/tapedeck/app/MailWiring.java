package io.tapedeck.app;

import io.tapedeck.auth.ResetMailer;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;
import io.tapedeck.notification.Notifier;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Carries auth's e-mails to notification. Auth is built first, as notification asks it for people's
 * addresses; so the way is opened afterwards, before anybody can ask for an e-mail.
 */
final class MailWiring implements ResetMailer {
  /** A way for e-mails. */
  private record Way(Notifier notifier, Duration life, Clock clock) {}

  private volatile @Nullable Way way;

  /**
   * Opens the way.
   *
   * @param life how long the link in such an e-mail works
   */
  void goesBy(Notifier notifier, Duration life, Clock clock) {
    way = new Way(notifier, life, clock);
  }

  @Override
  public void send(Person to, Secret link) {
    Way open = way;
    if (open == null) {
      throw new IllegalStateException("an e-mail before the way was open");
    }
    Instant expires = open.clock().instant().plus(open.life());
    open.notifier().passwordReset(to, URI.create(link.reveal()), expires);
  }
}

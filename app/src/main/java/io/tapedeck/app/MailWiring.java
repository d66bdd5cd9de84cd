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
 * Passes auth's e-mails to the notifier. Auth is built first, because the notifier asks auth for
 * addresses. So the notifier is set later, before anybody can ask for an e-mail.
 */
final class MailWiring implements ResetMailer {
  private record Target(Notifier notifier, Duration linkLife, Clock clock) {}

  private volatile @Nullable Target target;

  /**
   * Sets the notifier.
   *
   * @param linkLife how long the link in such an e-mail works
   */
  void set(Notifier notifier, Duration linkLife, Clock clock) {
    target = new Target(notifier, linkLife, clock);
  }

  @Override
  public boolean send(Person to, Secret link) {
    Target now = target;
    if (now == null) {
      throw new IllegalStateException("an e-mail was sent before the notifier was set");
    }
    Instant expires = now.clock().instant().plus(now.linkLife());
    return now.notifier().passwordReset(to, URI.create(link.reveal()), expires);
  }
}

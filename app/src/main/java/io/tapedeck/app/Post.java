package io.tapedeck.app;

import io.tapedeck.auth.ResetLetters;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;
import io.tapedeck.notification.Notifier;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Carries auth's letters to notification. Auth is built first, as notification asks it for people's
 * addresses; so the way is opened afterwards, before anybody can ask for a letter.
 */
final class Post implements ResetLetters {
  /** A way for letters. */
  private record Way(Notifier notifier, Duration life, Clock clock) {}

  private volatile @Nullable Way way;

  /**
   * Opens the way.
   *
   * @param life how long the link in such a letter works
   */
  void goesBy(Notifier notifier, Duration life, Clock clock) {
    way = new Way(notifier, life, clock);
  }

  @Override
  public void send(Person to, Secret link) {
    Way open = way;
    if (open == null) {
      throw new IllegalStateException("a letter before the way was open");
    }
    Instant expires = open.clock().instant().plus(open.life());
    open.notifier().passwordReset(to, URI.create(link.reveal()), expires);
  }
}

package io.tapedeck.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection of the last e-mail open for a moment. Results often come one after the
 * other, and most of the time of an e-mail is that of its connection: greeting, TLS, sign-in.
 */
final class KeptConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptConnection.class);

  /** Short, so that a mail server with few connections has them back soon. */
  private static final long KEPT_SECONDS = 2;

  /** Connects and signs in. */
  @FunctionalInterface
  interface Opening {
    Transport open() throws MessagingException;
  }

  private final Opening opening;
  private final AtomicReference<@Nullable Transport> kept = new AtomicReference<>();

  KeptConnection(Opening opening) {
    this.opening = opening;
  }

  /** The kept connection when the mail server still answers on it, or else a new one. */
  Transport take() throws MessagingException {
    Transport last = kept.getAndSet(null);
    if (last != null && last.isConnected()) {
      return last;
    }
    closed(last);
    return opening.open();
  }

  /** Keeps a connection on which an e-mail was accepted. */
  void keep(Transport used) {
    if (!kept.compareAndSet(null, used)) {
      closed(used);
      return;
    }
    CompletableFuture.delayedExecutor(KEPT_SECONDS, TimeUnit.SECONDS)
        .execute(() -> {
          if (kept.compareAndSet(used, null)) {
            closed(used);
          }
        });
  }

  /** Closes a connection; that the mail server closed it first changes nothing. */
  static void closed(@Nullable Transport transport) {
    try {
      if (transport != null) {
        transport.close();
      }
    } catch (MessagingException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("a connection ended badly");
    }
  }

  @Override
  public void close() {
    closed(kept.getAndSet(null));
  }
}

package io.tapedeck.cluster;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MissedHeartbeatException;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TopologyRecoveryException;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs that a broker goes away and comes back, in one line each, however many connections there
 * are. The client's own handler still handles its channels. Only the log text is ours, because the
 * client would print a stack trace for every try.
 */
final class RabbitWatch extends DefaultExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitWatch.class);

  /** The connections that are down now. */
  private final Set<String> down = ConcurrentHashMap.newKeySet();

  private volatile String said = "";

  /** Watches a connection; the client must recover this connection by itself. */
  void over(Connection connection) {
    String name = String.valueOf(connection.getClientProvidedName());
    connection.addShutdownListener(signal -> {
      if (!signal.isInitiatedByApplication()) {
        lost(name, signal);
      }
    });
    ((Recoverable) connection)
        .addRecoveryListener(
            new RecoveryListener() {
              @Override
              public void handleRecovery(Recoverable recovered) {
                back(name);
              }

              @Override
              public void handleRecoveryStarted(Recoverable recovering) {
                // Logged when the recovery has ended.
              }
            });
  }

  private synchronized void lost(String name, ShutdownSignalException signal) {
    if (down.isEmpty()) {
      said = Reasons.ofBroker(signal);
      LOG.atWarn()
          .addKeyValue("cause", said)
          .log("RabbitMQ is away; connected again when it is back, events wait meanwhile");
    }
    down.add(name);
  }

  private synchronized void back(String name) {
    down.remove(name);
    if (down.isEmpty()) {
      LOG.info("RabbitMQ is back");
    }
  }

  /** Handles a broken connection; for an outage, {@link #lost} logs the line. */
  @Override
  public void handleUnexpectedConnectionDriverException(Connection connection, Throwable thrown) {
    if (!isOutage(thrown)) {
      super.handleUnexpectedConnectionDriverException(connection, thrown);
    }
  }

  /** Called for every error in the client's own threads. */
  @Override
  protected synchronized void log(String message, Throwable thrown) {
    if (!isOutage(thrown)) {
      LOG.atError().setCause(thrown).log(message);
      return;
    }
    String cause = Reasons.ofBroker(thrown);
    LOG.atLevel(cause.equals(said) ? Level.DEBUG : Level.WARN)
        .addKeyValue("cause", cause)
        .log(message);
    said = cause;
  }

  private static boolean isOutage(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof TimeoutException
        || thrown instanceof MissedHeartbeatException
        || thrown instanceof ShutdownSignalException
        || thrown instanceof TopologyRecoveryException;
  }
}

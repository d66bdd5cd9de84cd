package io.tapedeck.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that have no request under way for too long. A new connection must send the
 * whole head of a request in time, whether it sends byte by byte or nothing. A kept connection must
 * send its next request in time. While many connections are open, waiting ones are closed sooner,
 * so that clients that only hold connections do not keep others out. Jetty's idle timeout begins
 * anew with each byte; this limit does not.
 */
final class WaitingConnections extends Handler.Wrapper implements Connection.Listener {
  /** Longer than clients and proxies keep a connection for the next request: mostly a minute. */
  private static final Duration NEXT_REQUEST = Duration.ofSeconds(75);

  /**
   * The limit from the opening or the last answer, while three quarters of all connections are
   * taken.
   */
  private static final Duration CROWDED = Duration.ofSeconds(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final WebServer.Limits limits;
  private final Map<EndPoint, Wait> waiting = new ConcurrentHashMap<>();

  /** Since when (nanoseconds) a connection has no request, and how long this may last. */
  private record Wait(long since, Duration most) {
    boolean over(long now, boolean crowded) {
      long allowed = (crowded && CROWDED.compareTo(most) < 0 ? CROWDED : most).toNanos();
      return now - since > allowed;
    }
  }

  WaitingConnections(WebServer.Limits limits, Handler handler) {
    super(handler);
    this.limits = limits;
  }

  @Override
  public void onOpened(Connection connection) {
    waiting.put(connection.getEndPoint(), new Wait(System.nanoTime(), limits.head()));
  }

  @Override
  public void onClosed(Connection connection) {
    waiting.remove(connection.getEndPoint());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    waiting.remove(endPoint);
    return super.handle(request, response, new AnswerSent(callback, endPoint));
  }

  /**
   * Notes the end of a request before {@code super} ends it, since the next request may be handled
   * before {@code super} returns.
   */
  private final class AnswerSent extends Callback.Nested {
    private final EndPoint endPoint;

    AnswerSent(Callback callback, EndPoint endPoint) {
      super(callback);
      this.endPoint = endPoint;
    }

    @Override
    public void succeeded() {
      waitsAgain();
      super.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
      waitsAgain();
      super.failed(cause);
    }

    private void waitsAgain() {
      waiting.put(endPoint, new Wait(System.nanoTime(), NEXT_REQUEST));
    }
  }

  private void look(Scheduler scheduler, IntSupplier open) {
    long now = System.nanoTime();
    boolean crowded = open.getAsInt() > limits.connections() / 4 * 3;
    waiting.forEach((endPoint, wait) -> {
      if (!endPoint.isOpen()) {
        waiting.remove(endPoint, wait);
      } else if (wait.over(now, crowded) && waiting.remove(endPoint, wait)) {
        endPoint.close();
      }
    });
    begin(scheduler, open);
  }

  /** Starts to check once a second, until the scheduler stops. */
  void begin(Scheduler scheduler, IntSupplier open) {
    scheduler.schedule(
        () -> look(scheduler, open), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }
}

package io.tapedeck.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that have no request under way for too long. A new connection must send the
 * whole head of a request in time, whether it sends byte by byte or nothing. A kept connection must
 * send its next request in time. While many connections are open, waiting ones are closed sooner.
 * Jetty's idle timeout begins anew with each byte; this limit does not.
 *
 * <p>An address that has its share of the connections ({@link Budget}) loses the one that waits
 * longest when it opens another. So clients that only hold connections lose their own.
 */
final class OpenConnections extends Handler.Wrapper implements Connection.Listener {
  /** Longer than clients and proxies keep a connection for the next request: mostly a minute. */
  private static final Duration NEXT_REQUEST = Duration.ofSeconds(75);

  /**
   * The limit from the opening or the last answer, while three quarters of all connections are
   * taken.
   */
  private static final Duration CROWDED = Duration.ofSeconds(2);

  /** The limit while the server stops: what a client has sent by then is answered. */
  private static final Duration STOPPING = Duration.ofSeconds(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final WebServer.Limits limits;
  private final boolean behindProxy;
  private final Budget budget;
  private volatile boolean stopping;

  /** The client of each open connection. */
  private final Map<EndPoint, String> open = new HashMap<>();

  /** The connections of a client that wait for a request, the longest first. */
  private final Map<String, LinkedHashMap<EndPoint, Wait>> waiting = new HashMap<>();

  /** Since when (nanoseconds) a connection has no request, and how long this may last. */
  private record Wait(long since, Duration most) {
    boolean over(long now, Duration limit) {
      return now - since > Math.min(limit.toNanos(), most.toNanos());
    }
  }

  /**
   * @param behindProxy whether all connections come from a proxy, so that their address says
   *     nothing about the client
   */
  OpenConnections(WebServer.Limits limits, boolean behindProxy, Handler handler) {
    super(handler);
    this.limits = limits;
    this.behindProxy = behindProxy;
    this.budget = new Budget("connections", limits.connections());
  }

  @Override
  public void onOpened(Connection connection) {
    EndPoint endPoint = connection.getEndPoint();
    String client = client(endPoint);
    EndPoint surplus = opened(endPoint, client);
    if (surplus != null) {
      surplus.close();
    }
  }

  /** Notes a new connection. Returns the one that goes for it, if one must. */
  private synchronized @Nullable EndPoint opened(EndPoint endPoint, String client) {
    EndPoint surplus = behindProxy || budget.allows(client) ? null : takeLongestWaiting(client);
    budget.add(client);
    open.put(endPoint, client);
    waits(endPoint, limits.head());
    return surplus;
  }

  private @Nullable EndPoint takeLongestWaiting(String client) {
    Map<EndPoint, Wait> line = waiting.getOrDefault(client, new LinkedHashMap<>());
    Iterator<EndPoint> longest = line.keySet().iterator();
    if (!longest.hasNext()) {
      return null; // all have requests under way, which Budgets counts
    }
    EndPoint found = longest.next();
    longest.remove();
    return found;
  }

  private static String client(EndPoint endPoint) {
    return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress address
            && address.getAddress() != null
        ? Budgets.client(address.getAddress().getHostAddress())
        : "unknown";
  }

  @Override
  public synchronized void onClosed(Connection connection) {
    EndPoint endPoint = connection.getEndPoint();
    works(endPoint);
    String client = open.remove(endPoint);
    if (client != null) {
      budget.release(client);
    }
  }

  private synchronized void waits(EndPoint endPoint, Duration most) {
    String client = open.get(endPoint);
    if (client != null) {
      waiting
          .computeIfAbsent(client, name -> new LinkedHashMap<>())
          .put(endPoint, new Wait(System.nanoTime(), most));
    }
  }

  private synchronized void works(EndPoint endPoint) {
    String client = open.get(endPoint);
    LinkedHashMap<EndPoint, Wait> line = client == null ? null : waiting.get(client);
    if (line != null) {
      line.remove(endPoint);
      if (line.isEmpty()) {
        waiting.remove(client);
      }
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    works(endPoint);
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
      waits(endPoint, NEXT_REQUEST);
      super.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
      waits(endPoint, NEXT_REQUEST);
      super.failed(cause);
    }
  }

  private void look(Scheduler scheduler) {
    overdue(System.nanoTime()).forEach(EndPoint::close);
    begin(scheduler);
  }

  private synchronized List<EndPoint> overdue(long now) {
    boolean crowded = budget.all() > limits.connections() / 4 * 3;
    Duration limit = stopping ? STOPPING : crowded ? CROWDED : NEXT_REQUEST;
    List<EndPoint> overdue = new ArrayList<>();
    for (LinkedHashMap<EndPoint, Wait> line : waiting.values()) {
      line.entrySet()
          .removeIf(each -> {
            boolean over = each.getValue().over(now, limit);
            if (over) {
              overdue.add(each.getKey());
            }
            return over;
          });
    }
    waiting.values().removeIf(Map::isEmpty);
    return overdue;
  }

  /** From now on connections without a request under way are closed soon. */
  void stopping() {
    stopping = true;
  }

  /** Starts to check twice a second, until the scheduler stops. */
  void begin(Scheduler scheduler) {
    scheduler.schedule(() -> look(scheduler), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }
}

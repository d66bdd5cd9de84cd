package io.tapedeck.http;

import io.tapedeck.core.Component;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** A listening HTTP/1.1 server with one table of routes. Each request has a virtual thread. */
public final class WebServer implements Component {
  private static final int BUFFER = 64 * 1024;

  /**
   * Bytes of answers that the system holds for one client that does not read them; it may take
   * twice as much. By itself Linux holds up to 4 MB for each, outside of what the process seems to
   * use.
   */
  private static final int SEND_BUFFER = 256 * 1024;

  /** How long before the end of a stop uploads under way are ended with an answer. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** Bytes of network buffers that are kept for the next requests; others are freed. */
  private static final long KEPT_BUFFERS = 16L << 20;

  /**
   * How a server listens.
   *
   * @param host address to bind, such as 127.0.0.1 or 0.0.0.0
   * @param port 0 to 65535; 0 takes a free one
   * @param basePath where the routes are mounted, such as {@code /tapedeck}; empty for the root
   * @param proxies how many proxies in front, one behind the other, are trusted for X-Forwarded-*
   *     headers; with 0 no such header is believed
   * @param idle how long a request may be without a byte in or out before it is ended
   * @param stop how long requests under way may take when the server stops
   * @param hosts the host names under which it answers, such as localhost and *.localhost; empty
   *     for any
   */
  public record Settings(
      String host,
      int port,
      String basePath,
      int proxies,
      Duration idle,
      Duration stop,
      Limits limits,
      Set<String> hosts) {
    public static Settings local(int port) {
      return new Settings(
          "127.0.0.1",
          port,
          "",
          0,
          Duration.ofMinutes(5),
          Duration.ofSeconds(20),
          Limits.of(10_000),
          Set.of());
    }

    /** The same settings, with one trusted proxy in front. */
    public Settings trusting() {
      return new Settings(host, port, basePath, 1, idle, stop, limits, hosts);
    }

    /** The same settings, answering under these host names only. */
    public Settings named(Set<String> names) {
      return new Settings(host, port, basePath, proxies, idle, stop, limits, names);
    }

    /** The same settings with other limits. */
    public Settings with(Limits other) {
      return new Settings(host, port, basePath, proxies, idle, stop, other, hosts);
    }
  }

  /**
   * Limits on what strangers may hold.
   *
   * @param connections how many may be open at once; further ones wait until one of them is closed.
   *     All other limits at the edge follow from it
   * @param head how long the head of a new connection's first request may take
   * @param body how long a small body, such as JSON, may take; uploads have no such limit
   * @param pause the longest pause of a client in the middle of an upload or a download; one that
   *     moves less than 1 KiB a second uses it up little by little
   */
  public record Limits(int connections, Duration head, Duration body, Duration pause) {
    public static Limits of(int connections) {
      return new Limits(
          connections, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60));
    }
  }

  /** Called for every answered request; used for metrics. */
  @FunctionalInterface
  public interface Observer {
    void answered(String method, String template, int status, Duration took);
  }

  private final Server server;
  private final ServerConnector connector;
  private final OpenConnections open;
  private final RouterHandler requests;
  private final Settings settings;

  private WebServer(Settings settings, Router router, Observer observer) {
    this.settings = settings;
    server =
        new Server(
            new VirtualThreadPool(Integer.MAX_VALUE),
            null,
            new ArrayByteBufferPool(0, -1, BUFFER, -1, KEPT_BUFFERS, KEPT_BUFFERS));
    connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration(settings)));
    connector.setAcceptedSendBufferSize(SEND_BUFFER);
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idle().toMillis());
    // Jetty's own is 1 s: a client that pauses in the middle of an upload would be cut off.
    connector.setShutdownIdleTimeout(settings.stop().toMillis());
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    Limits limits = settings.limits();
    requests = new RouterHandler(router, settings, observer);
    open = new OpenConnections(limits, settings.proxies() > 0, requests);
    connector.addBean(open, false);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.setHandler(new GracefulHandler(open));
    server.setStopTimeout(settings.stop().toMillis());
    server.setErrorHandler(new ProblemErrorHandler());
  }

  private static HttpConfiguration configuration(Settings settings) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(16 * 1024);
    http.setOutputBufferSize(BUFFER);
    http.setInputBufferSize(BUFFER);
    http.setUseInputDirectByteBuffers(true);
    http.setUseOutputDirectByteBuffers(true);
    if (settings.proxies() > 0) {
      http.addCustomizer(new ForwardedHeaders(settings.proxies()));
    }
    return http;
  }

  /**
   * Starts listening.
   *
   * @throws Outage when the port cannot be opened
   */
  public static WebServer start(Settings settings, Router router, Observer observer) {
    WebServer web = new WebServer(settings, router, observer);
    try {
      web.server.start();
      web.open.begin(web.connector.getScheduler());
      return web;
    } catch (Exception e) {
      web.close();
      throw new Outage(
          "cannot listen on %s:%d: %s".formatted(settings.host(), settings.port(), Reason.of(e)),
          e);
    }
  }

  public static WebServer start(Settings settings, Router router) {
    return start(settings, router, (method, template, status, took) -> {});
  }

  /** The address where the server listens, such as {@code http://127.0.0.1:8080/}. */
  public URI uri() {
    String host =
        settings.host().equals("0.0.0.0") || settings.host().equals("::")
            ? "127.0.0.1"
            : settings.host();
    return URI.create(
        "http://"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + connector.getLocalPort()
            + settings.basePath()
            + "/");
  }

  /**
   * Runs a task as a request would run: after each selector has come by, on a worker. A server that
   * lost one of these threads, or has none left for work, never runs it.
   */
  void pulse(Runnable alive) {
    AtomicInteger left = new AtomicInteger(selectors().size());
    for (ManagedSelector selector : selectors()) {
      selector.submit(keys -> {
        if (left.decrementAndGet() == 0) {
          server.getThreadPool().execute(alive);
        }
      });
    }
  }

  Collection<ManagedSelector> selectors() {
    return connector.getSelectorManager().getBeans(ManagedSelector.class);
  }

  @Override
  public Health check() {
    return server.isRunning() ? Health.up() : Health.down("the web server does not run");
  }

  /**
   * Accepts no more requests, lets those under way end within the stop time, then closes all
   * connections. Shortly before, uploads that are not here yet get 503 with Retry-After.
   */
  @Override
  public void close() {
    open.stopping();
    long stop = settings.stop().toMillis();
    Scheduler scheduler = connector.getScheduler();
    if (server.isRunning() && scheduler != null) {
      long answers = Math.min(LAST_ANSWERS.toMillis(), stop / 2);
      scheduler.schedule(requests::endBodies, stop - answers, TimeUnit.MILLISECONDS);
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new Outage("the web server did not stop cleanly: " + e.getMessage(), e);
    }
  }
}

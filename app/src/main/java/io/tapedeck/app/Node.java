package io.tapedeck.app;

import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.core.Component;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import io.tapedeck.gateway.Gateway;
import io.tapedeck.http.Problems;
import io.tapedeck.http.Route;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import io.tapedeck.settings.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One role of a cluster in a process of its own, working on the shared stores. Any number of nodes
 * of each role may run. {@link Platform} is the only process on its data; a node must not do what
 * relies on that.
 *
 * <p>A node listens before it is connected. So the operator sees that it lives and what it waits
 * for, and early clients are told to come again.
 */
final class Node implements AutoCloseable {
  /** The roles of a node. */
  enum Role {
    AUTH,
    GATEWAY,
    CONVERTER,
    NOTIFICATION;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Role role;
  private final Settings settings;
  private final Clock clock;
  private final DataFolder folder;
  private final Metrics metrics;
  private final OperatorRoutes operator;
  private final WebServer adminServer;
  private final Router routes;
  private final Optional<WebServer> web;
  private Optional<Gateway> gateway = Optional.empty();
  private Optional<Secret> setupToken = Optional.empty();

  /** The parts open since the start, and those open since the node is connected. */
  private Closer listening = new Closer();

  private Closer working = new Closer();

  private Node(Role role, Settings settings, Clock clock, Closer begun) {
    this.role = role;
    this.settings = settings;
    this.clock = clock;
    folder = begun.add("data folder", DataFolder.open(settings.data()));
    metrics = begun.add("metrics", new Metrics());
    operator = new OperatorRoutes(metrics::text, Metrics.CONTENT_TYPE);
    adminServer = begun.add("admin", Listening.admin(settings.admin(), operator.routes()));
    LOG.atInfo().addKeyValue("address", adminServer.uri()).log("health and numbers");
    routes = early(role);
    web =
        switch (role) {
          // Gateways forward requests and name the client in headers; wrong passwords are counted
          // by these headers.
          case AUTH -> Optional.of(listen(begun, settings.web().trusting()));
          case GATEWAY -> Optional.of(listen(begun, settings.web()));
          case CONVERTER, NOTIFICATION -> Optional.empty();
        };
  }

  private WebServer listen(Closer begun, WebServer.Settings where) {
    return begun.add("web", Listening.web(where, routes, metrics));
  }

  /** Before the stores are connected: answers what needs no store, else "come again". */
  private static Router early(Role role) {
    Router router = new Router();
    Route again =
        exchange ->
            Problems.reply(
                new Outage("this server is starting; it is not connected to its stores yet", null),
                exchange.traceId());
    METHODS.forEach(method -> router.on(method, "/*", again));
    if (role == Role.GATEWAY) {
      Gateway.fixedRoutes(router);
    }
    return router;
  }

  /**
   * Starts a node: it listens and is not connected yet.
   *
   * @throws io.tapedeck.settings.UsageErrors when a setting that this role needs is missing or
   *     cannot be used
   * @throws Outage when a port cannot be opened, or a program is missing on this machine
   */
  static Node start(Role role, Settings settings, Clock clock) {
    Connected.require(role, settings);
    try (Closer begun = new Closer()) {
      Node node = new Node(role, settings, clock, begun);
      node.listening = begun.handOver();
      return node;
    }
  }

  /**
   * Connects to the stores and starts to work; do not call it again after success. When a store is
   * away, all that was started is closed again, and a later call can succeed.
   *
   * @throws Outage when a store is away
   */
  void connect() {
    try (Closer begun = new Closer()) {
      Connected connected = new Connected(role, settings, folder, metrics, operator, clock, begun);
      Map<String, Component> counted = new LinkedHashMap<>(connected.counted());
      routes.becomes(connected.router());
      web.ifPresent(server -> counted.put("web", server));
      gateway = connected.gateway();
      setupToken = connected.setupToken();
      working = begun.handOver();
      operator.working(counted, connected.shown());
      LOG.atInfo().addKeyValue("role", role.wire()).log("at work");
    } catch (Outage e) {
      operator.starting(e.problem().detail());
      throw e;
    }
  }

  /** The address that it listens at; empty for roles without requests. */
  Optional<URI> address() {
    return web.map(WebServer::uri);
  }

  /** All that listens in this process. */
  List<WebServer> servers() {
    return Stream.concat(Stream.of(adminServer), web.stream()).toList();
  }

  /** The address of its health checks. */
  URI adminAddress() {
    return adminServer.uri();
  }

  /** The token to make the first administrator; empty if there is one or this is not auth. */
  Optional<Secret> setupToken() {
    return setupToken;
  }

  /** Stops as {@link Platform} does: work in progress ends or is handed back. */
  @Override
  public void close() {
    LOG.atInfo().addKeyValue("role", role.wire()).log("stopping");
    try (Closer all = new Closer()) {
      all.add("listening", listening);
      all.add("work", working);
      web.ifPresent(server -> all.add("web", server));
      gateway.ifPresent(edge -> all.add("gateway", edge));
    }
    LOG.atInfo().addKeyValue("role", role.wire()).log("stopped");
  }
}

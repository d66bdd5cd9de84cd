package io.tapedeck.e2e;

import io.tapedeck.contracts.MariaDb;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.contracts.Ports;
import io.tapedeck.contracts.Rabbit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A whole cluster of real processes: the system's MariaDB and RabbitMQ, a server of MongoDB's
 * protocol, and one auth, two gateways, two converters and one notification.
 */
final class Cluster implements House {
  /** Each node by its name, and the role it has. */
  static final Map<String, String> NODES =
      new TreeMap<>(
          Map.of(
              "auth", "auth",
              "gateway-1", "gateway",
              "gateway-2", "gateway",
              "converter-1", "converter",
              "converter-2", "converter",
              "notification", "notification"));

  private final MariaDb database;
  private final Rabbit broker;
  private final MongoWire files;
  private final Path folder;
  private final Map<String, String> more;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, ServerProcess> nodes = new HashMap<>();

  /** Between the nodes and a store, where they can be cut; else straight. */
  private final Map<String, Wire> wires = new TreeMap<>();

  private Cluster(Path folder, Map<String, String> more, boolean wired) throws Exception {
    this.folder = folder;
    this.more = more;
    database = MariaDb.start();
    broker = Rabbit.start(Files.createDirectories(folder.resolve("rabbit")));
    files = MongoWire.start(folder.resolve("mongo"), 0);
    if (wired) {
      wires.put("database", new Wire(database.port()));
      wires.put("broker", new Wire(broker.port()));
      wires.put("files", new Wire(URI.create(files.uri()).getPort()));
    }
    for (String name : List.of("auth", "gateway-1", "gateway-2")) {
      ports.put(name, Ports.free());
    }
  }

  /** Starts all of it. Where a server is not installed the test is skipped. */
  static Cluster start(Path folder) throws Exception {
    return start(folder, Map.of());
  }

  /**
   * The same with more settings for all nodes.
   *
   * @param folder where data are, and a log of each node
   */
  static Cluster start(Path folder, Map<String, String> more) throws Exception {
    return start(folder, more, false);
  }

  /** The same, with a wire before each store that can be slow or cut. */
  static Cluster wired(Path folder, Map<String, String> more) throws Exception {
    return start(folder, more, true);
  }

  private static Cluster start(Path folder, Map<String, String> more, boolean wired)
      throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Rabbit.installed(), "skipped: RabbitMQ is not installed: apt-get install rabbitmq-server");
    Cluster cluster = new Cluster(folder, more, wired);
    try {
      cluster.startNodes();
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes() throws Exception {
    // All e-mails in one place, whoever writes them.
    Path mails = Files.createDirectories(data().resolve("outbox"));
    Files.createSymbolicLink(
        Files.createDirectories(folder.resolve("auth")).resolve("outbox"), mails);
    for (String name : NODES.keySet()) {
      launch(name);
    }
    for (ServerProcess node : nodes.values()) {
      node.awaitWork();
    }
  }

  /** Starts a node, at the same place and port whenever it is started, and does not wait for it. */
  ServerProcess launch(String name) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("TAPEDECK_AUTH_URL", address("auth").toString());
    settings.put("TAPEDECK_DATABASE_URL", straightOrWired("database", database.url()));
    settings.put("TAPEDECK_DATABASE_USER", MariaDb.USER);
    settings.put("TAPEDECK_DATABASE_PASSWORD", MariaDb.USER);
    settings.put("TAPEDECK_MONGODB_URI", straightOrWired("files", files.uri() + "/tapedeck"));
    settings.put("TAPEDECK_RABBITMQ_URI", straightOrWired("broker", broker.uri()));
    settings.put("TAPEDECK_LINKS_KEY", "a key of this test, and of no other use");
    settings.put("TAPEDECK_SERVER_PORT", String.valueOf(ports.getOrDefault(name, 0)));
    settings.put("TAPEDECK_SERVER_PUBLIC_URL", uri().toString().replaceFirst("/$", ""));
    settings.put("TAPEDECK_ADMIN_PORT", "0");
    String role = Objects.requireNonNull(NODES.get(name), name);
    ServerProcess started = ServerProcess.launch(role, folder.resolve(name), settings);
    nodes.put(name, started);
    return started;
  }

  private String straightOrWired(String store, String address) {
    Wire wire = wires.get(store);
    return wire == null ? address : address.replaceFirst(":\\d+", ":" + wire.port());
  }

  private URI address(String name) {
    return URI.create("http://127.0.0.1:" + ports.get(name) + "/");
  }

  @Override
  public URI uri() {
    return address("gateway-1");
  }

  /** The gateway beside the first. */
  URI otherGateway() {
    return address("gateway-2");
  }

  @Override
  public Path data() {
    return folder.resolve("notification");
  }

  MariaDb database() {
    return database;
  }

  Rabbit broker() {
    return broker;
  }

  MongoWire files() {
    return files;
  }

  /** The wires by the stores behind them; empty where nodes are connected straight. */
  Map<String, Wire> wires() {
    return wires;
  }

  Path folder() {
    return folder;
  }

  /** What is where, line by line. */
  List<String> addresses() {
    return List.of(
        "gateways  " + uri() + "  " + otherGateway(),
        "database  " + database.url() + " (user and password: " + MariaDb.USER + ")",
        "broker    " + broker.uri(),
        "files     " + files.uri() + "/tapedeck",
        "logs      " + folder + "/*.log");
  }

  /** A role's process by its name, such as {@code converter-1}. */
  ServerProcess node(String name) {
    ServerProcess node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("there is no node " + name);
    }
    return node;
  }

  @Override
  public void close() {
    nodes.values().forEach(ServerProcess::close);
    wires.values().forEach(Wire::close);
    files.close();
    broker.close();
    database.close();
  }
}

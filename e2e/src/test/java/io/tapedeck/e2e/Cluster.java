package io.tapedeck.e2e;

import io.tapedeck.contracts.MariaDb;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.contracts.Rabbit;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole cluster of real processes: the system's MariaDB and RabbitMQ, a server of MongoDB's
 * protocol, and one auth, two gateways, two converters and one notification.
 */
final class Cluster implements House {
  private final MariaDb database;
  private final Rabbit broker;
  private final MongoWire files;
  private final Path folder;
  private final Map<String, String> more;
  private final int entrance;
  private final Map<String, ServerProcess> nodes = new HashMap<>();
  private final List<URI> gateways = new ArrayList<>();

  private Cluster(Path folder, Map<String, String> more) throws Exception {
    this.folder = folder;
    this.more = more;
    database = MariaDb.start();
    broker = Rabbit.start(Files.createDirectories(folder.resolve("rabbit")));
    files = MongoWire.start(folder.resolve("mongo"), 0);
    entrance = freePort();
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
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Rabbit.installed(), "skipped: RabbitMQ is not installed: apt-get install rabbitmq-server");
    Cluster cluster = new Cluster(folder, more);
    try {
      cluster.startNodes();
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes() throws Exception {
    // All letters in one place, whoever writes them.
    Path letters = Files.createDirectories(data().resolve("outbox"));
    Files.createSymbolicLink(
        Files.createDirectories(folder.resolve("auth")).resolve("outbox"), letters);
    URI auth = node("auth", "auth", 0, Map.of()).uri();
    Map<String, String> toAuth = Map.of("TAPEDECK_AUTH_URL", auth.toString());
    gateways.add(node("gateway", "gateway-1", entrance, toAuth).uri());
    gateways.add(node("gateway", "gateway-2", 0, toAuth).uri());
    node("converter", "converter-1", 0, Map.of());
    node("converter", "converter-2", 0, Map.of());
    node("notification", "notification", 0, toAuth);
  }

  private ServerProcess node(String role, String name, int port, Map<String, String> more)
      throws Exception {
    Map<String, String> settings = new HashMap<>(this.more);
    settings.putAll(more);
    settings.put("TAPEDECK_DATABASE_URL", database.url());
    settings.put("TAPEDECK_DATABASE_USER", MariaDb.USER);
    settings.put("TAPEDECK_DATABASE_PASSWORD", MariaDb.USER);
    settings.put("TAPEDECK_MONGODB_URI", files.uri() + "/tapedeck");
    settings.put("TAPEDECK_RABBITMQ_URI", broker.uri());
    settings.put("TAPEDECK_LINKS_KEY", "a key of this test, and of no other use");
    settings.put("TAPEDECK_SERVER_PORT", String.valueOf(port));
    settings.put("TAPEDECK_SERVER_PUBLIC_URL", "http://127.0.0.1:" + entrance);
    settings.put("TAPEDECK_ADMIN_PORT", "0");
    ServerProcess started = ServerProcess.role(role, folder.resolve(name), settings);
    nodes.put(name, started);
    return started;
  }

  @Override
  public URI uri() {
    return gateways.getFirst();
  }

  /** The gateway beside the first. */
  URI otherGateway() {
    return gateways.getLast();
  }

  @Override
  public Path data() {
    return folder.resolve("notification");
  }

  String broker() {
    return broker.uri();
  }

  /** What is where, line by line. */
  List<String> addresses() {
    return List.of(
        "gateways  " + gateways.getFirst() + "  " + gateways.getLast(),
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
    files.close();
    broker.close();
    database.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

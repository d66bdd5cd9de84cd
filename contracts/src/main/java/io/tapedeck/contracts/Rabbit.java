package io.tapedeck.contracts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The system's RabbitMQ as a process of its own, with its data, ports and name in a folder of its
 * own.
 */
public final class Rabbit implements AutoCloseable {
  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  private final Process process;
  private final int port;

  private Rabbit(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Whether the system has one. */
  public static boolean installed() {
    return Files.isExecutable(SERVER);
  }

  /** Starts one whose data, ports and name are its own. */
  public static Rabbit start(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    String home = folder.toString();
    ProcessBuilder builder =
        new ProcessBuilder(SERVER.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("HOME", home),
                Map.entry("RABBITMQ_NODENAME", "tapedeck" + port + "@localhost"),
                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
                Map.entry("RABBITMQ_DIST_PORT", String.valueOf(freePort())),
                Map.entry("ERL_EPMD_PORT", String.valueOf(freePort())),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_MNESIA_BASE", home + "/db"),
                Map.entry("RABBITMQ_LOG_BASE", home + "/log"),
                Map.entry("RABBITMQ_CONFIG_FILE", home + "/none"),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/plugins")));
    Rabbit rabbit = new Rabbit(builder.start(), port);
    rabbit.await(folder);
    return rabbit;
  }

  private void await(Path folder) throws IOException, InterruptedException {
    for (int tries = 0; tries < 600 && process.isAlive(); tries++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (Files.readString(folder.resolve("out")).contains("completed with")) {
          return;
        }
      } catch (IOException e) {
        // Not yet.
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IOException("RabbitMQ did not start:\n" + Files.readString(folder.resolve("out")));
  }

  public int port() {
    return port;
  }

  /** Where it listens, such as {@code amqp://127.0.0.1:5672}. */
  public String uri() {
    return "amqp://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

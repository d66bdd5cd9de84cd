package io.tapedeck.contracts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The system's RabbitMQ as a process of its own, with its data, ports and name in a folder of its
 * own. Where the variable {@value #ELSEWHERE} has a port of this machine, the broker there is used
 * instead.
 */
public final class Rabbit implements AutoCloseable {
  private static final String ELSEWHERE = "TEST_BROKER_PORT";
  private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  private final Path folder;
  private final int port;
  private final int nodes = Ports.free();
  private final int names = Ports.free();
  private @Nullable Process process;

  private Rabbit(Path folder, int port, String... settings) throws IOException {
    this.folder = folder;
    this.port = port;
    Files.writeString(
        folder.resolve("advanced.config"), "[{rabbit, [" + String.join(", ", settings) + "]}].");
  }

  /** Whether the system has one. */
  public static boolean installed() {
    return System.getenv(ELSEWHERE) != null || Files.isExecutable(SERVER);
  }

  /**
   * Starts one whose data, ports and name are its own.
   *
   * @param settings Erlang's terms of its own, such as <code>{consumer_timeout, 2000}</code>
   */
  public static Rabbit start(Path folder, String... settings)
      throws IOException, InterruptedException {
    String elsewhere = System.getenv(ELSEWHERE);
    if (elsewhere != null) {
      return new Rabbit(folder, Integer.parseInt(elsewhere));
    }
    Rabbit rabbit = new Rabbit(folder, Ports.free(), settings);
    rabbit.restart();
    return rabbit;
  }

  private Process launch() throws IOException {
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
                Map.entry("RABBITMQ_DIST_PORT", String.valueOf(nodes)),
                Map.entry("ERL_EPMD_PORT", String.valueOf(names)),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_MNESIA_BASE", home + "/db"),
                Map.entry("RABBITMQ_LOG_BASE", home + "/log"),
                Map.entry("RABBITMQ_CONFIG_FILE", home + "/none"),
                Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", home + "/advanced.config"),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", home + "/plugins")));
    return builder.start();
  }

  private void await(Process started) throws IOException, InterruptedException {
    for (int tries = 0; tries < 600 && started.isAlive(); tries++) {
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

  /** Where it listens, such as {@code amqp://127.0.0.1:5672/}, as deployments write it. */
  public String uri() {
    return "amqp://127.0.0.1:" + port + "/";
  }

  /** Its process; a test that has to do with it is skipped where the broker is not ours. */
  private Process ours() {
    Process here = process;
    if (here == null) {
      Assumptions.abort("skipped: the broker at port " + port + " is not ours to kill");
      throw new AssertionError("aborted");
    }
    return here;
  }

  /** The process that listens. */
  public ProcessHandle process() {
    return ours().toHandle();
  }

  /** Kills it, as a power cut would, without deleting anything. */
  public void kill() throws IOException, InterruptedException {
    Signal.KILL.to(process());
    ours().waitFor();
  }

  /** Starts it again after {@link #kill()}, on the same ports and data. */
  public void restart() throws IOException, InterruptedException {
    Process started = launch();
    process = started;
    await(started);
  }

  @Override
  public void close() {
    Process here = process;
    if (here != null) {
      here.descendants().forEach(ProcessHandle::destroy);
      here.destroy();
      here.onExit().join();
      forgetNames();
    }
  }

  /** Erlang's server of names goes on by itself otherwise. */
  private void forgetNames() {
    try {
      ProcessBuilder epmd = new ProcessBuilder("epmd", "-port", String.valueOf(names), "-kill");
      epmd.environment().put("ERL_EPMD_RELAXED_COMMAND_CHECK", "true");
      epmd.redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      // It is not on the path; a process of some kilobytes stays.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

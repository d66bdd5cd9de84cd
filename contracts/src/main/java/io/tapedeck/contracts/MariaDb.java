package io.tapedeck.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A MariaDB server of one's own, from the system's packages: a process on a free port with its data
 * in a temporary folder, gone when closed. A test that starts one where MariaDB is not installed is
 * skipped. Where the variable {@value #ELSEWHERE} has a port of this machine, the server there is
 * used instead, which may be MySQL; its user {@value #USER} may do everything.
 */
public final class MariaDb implements AutoCloseable {
  /** Who may do everything in {@link #url()}'s schema, and with which password. */
  public static final String USER = "tapedeck";

  private static final String ELSEWHERE = "TEST_DATABASE_PORT";
  private static final Path PROGRAM = Path.of("/usr/sbin/mariadbd");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private final List<String> options;
  private @Nullable Process server;

  private MariaDb(Path folder, int port, String... options) {
    this.folder = folder;
    this.port = port;
    this.options = List.of(options);
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param options more options for the server, such as {@code --innodb-buffer-pool-size=1G}
   */
  public static MariaDb start(String... options) {
    String elsewhere = System.getenv(ELSEWHERE);
    if (elsewhere != null) {
      return new MariaDb(Path.of("nowhere"), Integer.parseInt(elsewhere));
    }
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM),
        "skipped: MariaDB is not installed (Debian: apt-get install mariadb-server)");
    try {
      Path folder = Files.createTempDirectory("mariadb");
      run(folder, "mariadb-install-db", "--no-defaults", "--datadir=" + folder.resolve("data"));
      Files.writeString(folder.resolve("first.sql"), first());
      MariaDb started = new MariaDb(folder, Ports.free(), options);
      started.server = started.serve();
      started.awaitAnswer();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB could not be started", e);
    }
  }

  /** Starts it again after {@link #kill()}, on the same port and data. */
  public void restart() {
    try {
      server = serve();
      awaitAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB could not be started again", e);
    }
  }

  private Process serve() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(PROGRAM.toString());
    command.add("--no-defaults");
    command.add("--datadir=" + folder.resolve("data"));
    command.add("--tmpdir=" + folder);
    command.add("--socket=" + folder.resolve("s"));
    command.add("--pid-file=" + folder.resolve("pid"));
    command.add("--bind-address=127.0.0.1");
    command.add("--port=" + port);
    command.add("--init-file=" + folder.resolve("first.sql"));
    command.add("--innodb-buffer-pool-size=64M");
    command.add("--skip-name-resolve");
    command.addAll(options);
    return launch(folder, command.toArray(String[]::new));
  }

  private static String first() {
    return """
    CREATE DATABASE IF NOT EXISTS tapedeck;
    CREATE USER IF NOT EXISTS '%1$s'@'127.0.0.1' IDENTIFIED BY '%1$s';
    GRANT ALL ON *.* TO '%1$s'@'127.0.0.1';
    """
        .formatted(USER);
  }

  /** The JDBC address of an empty schema; user and password are both {@link #USER}. */
  public String url() {
    return "jdbc:mysql://127.0.0.1:" + port + "/tapedeck";
  }

  /** The address of another schema on this server, made when it is first used. */
  public String url(String schema) {
    return "jdbc:mysql://127.0.0.1:" + port + "/" + schema + "?createDatabaseIfNotExist=true";
  }

  private void awaitAnswer() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (gone() || System.nanoTime() > end) {
          String log = Files.readString(folder.resolve("log"));
          close();
          throw new IOException("MariaDB does not answer; its log: " + log, e);
        }
      }
    }
  }

  /** Waits a moment for its end, and says whether it came. */
  private boolean gone() {
    try {
      return ours().waitFor(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void run(Path folder, String... command) throws IOException {
    try {
      if (launch(folder, command).waitFor() != 0) {
        throw new IOException(command[0] + " failed: " + Files.readString(folder.resolve("log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Process launch(Path folder, String... command) throws IOException {
    List<String> words = Stream.concat(Stream.of(command), asRoot()).toList();
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  /** It refuses to run as root, as in a container, unless that is said. */
  private static Stream<String> asRoot() {
    return System.getProperty("user.name").equals("root") ? Stream.of("--user=root") : Stream.of();
  }

  /** Its process; a test that has to do with it is skipped where the server is not ours. */
  private Process ours() {
    Process here = server;
    if (here == null) {
      Assumptions.abort("skipped: the server at port " + port + " is not ours to kill");
      throw new AssertionError("aborted");
    }
    return here;
  }

  /** The process that listens. */
  public ProcessHandle process() {
    return ours().toHandle();
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Kills it, as a power cut would, without deleting anything. */
  public void kill() {
    ours().destroyForcibly();
    while (!gone()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    if (server == null) {
      return;
    }
    kill(); // nobody needs its data any more
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of MariaDB stays: " + folder, e);
    }
  }
}

package io.tapedeck.contracts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A server of MongoDB's wire protocol in a process of its own, its data in a file. Where the
 * variable {@value #ELSEWHERE} has a port of this machine, the server there is used instead, which
 * may be MongoDB.
 */
public final class MongoWire implements AutoCloseable {
  private static final String ELSEWHERE = "TEST_DOCUMENTS_PORT";
  private static final int USUAL_HEAP = 512;

  private final Path file;
  private final String uri;
  private @Nullable Process process;
  private int heap = USUAL_HEAP;

  private MongoWire(Path file, int port) throws IOException {
    this.file = file;
    Process started = launch(port);
    process = started;
    uri = await(started);
  }

  private MongoWire(String uri) {
    file = Path.of("nowhere");
    this.uri = uri;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param port where; 0 takes a free one
   */
  public static MongoWire start(Path file, int port) throws IOException {
    String elsewhere = System.getenv(ELSEWHERE);
    return elsewhere == null
        ? new MongoWire(file, port)
        : new MongoWire("mongodb://127.0.0.1:" + Integer.parseInt(elsewhere));
  }

  private Process launch(int port) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx" + heap + "m",
            "-cp",
            System.getProperty("java.class.path"),
            MongoWireMain.class.getName(),
            file.toString(),
            String.valueOf(port))
        .redirectError(Path.of(file + ".log").toFile())
        .start();
  }

  private static String await(Process started) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String said = out.readLine();
    if (said == null) {
      throw new IOException("the MongoDB-wire server did not start");
    }
    return said;
  }

  /** Where it listens, such as {@code mongodb://127.0.0.1:27017}. */
  public String uri() {
    return uri;
  }

  /** Its process; a test that has to do with it is skipped where the server is not ours. */
  private Process ours() {
    Process here = process;
    if (here == null) {
      Assumptions.abort("skipped: the server at " + uri + " is not ours to kill");
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

  /** Starts it again after {@link #kill()}, on the same port and data. */
  public void restart() throws IOException {
    Process started = launch(URI.create(uri).getPort());
    process = started;
    await(started);
  }

  /** Ends it and starts it again with a heap of so many megabytes. */
  public void restart(int megabytes) throws IOException, InterruptedException {
    heap = megabytes;
    ours().destroy();
    ours().waitFor();
    restart();
  }

  /** Whether it is a process of ours, and not one elsewhere. */
  public boolean isOurs() {
    return process != null;
  }

  @Override
  public void close() {
    Process here = process;
    if (here != null) {
      here.destroy();
    }
  }
}

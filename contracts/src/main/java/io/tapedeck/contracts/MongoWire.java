package io.tapedeck.contracts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server of MongoDB's wire protocol in a process of its own, its data in a file. */
public final class MongoWire implements AutoCloseable {
  private final Path file;
  private Process process;
  private final String uri;

  private MongoWire(Path file, int port) throws IOException {
    this.file = file;
    process = launch(port);
    uri = await();
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param port where; 0 takes a free one
   */
  public static MongoWire start(Path file, int port) throws IOException {
    return new MongoWire(file, port);
  }

  private Process launch(int port) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            MongoWireMain.class.getName(),
            file.toString(),
            String.valueOf(port))
        .redirectError(Path.of(file + ".log").toFile())
        .start();
  }

  private String await() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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

  public long pid() {
    return process.pid();
  }

  /** The process that listens. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** Kills it, as a power cut would, without deleting anything. */
  public void kill() throws IOException, InterruptedException {
    Signal.KILL.to(process());
    process.waitFor();
  }

  /** Starts it again after {@link #kill()}, on the same port and data. */
  public void restart() throws IOException {
    process = launch(URI.create(uri).getPort());
    await();
  }

  @Override
  public void close() {
    process.destroy();
  }
}

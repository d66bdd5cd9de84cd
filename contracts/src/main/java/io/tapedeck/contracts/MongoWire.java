package io.tapedeck.contracts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server of MongoDB's wire protocol in a process of its own, its data in a file. */
public final class MongoWire implements AutoCloseable {
  private final Process process;
  private final String uri;

  private MongoWire(Process process, String uri) {
    this.process = process;
    this.uri = uri;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param port where; 0 takes a free one
   */
  public static MongoWire start(Path file, int port) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                MongoWireMain.class.getName(),
                file.toString(),
                String.valueOf(port))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String uri = out.readLine();
    if (uri == null) {
      throw new IOException("the MongoDB-wire server did not start");
    }
    return new MongoWire(process, uri);
  }

  /** Where it listens, such as {@code mongodb://127.0.0.1:27017}. */
  public String uri() {
    return uri;
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
  }
}

package io.tapedeck.cluster;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server of MongoDB's wire protocol in a process of its own, its data in a file. */
final class MongoProcess implements AutoCloseable {
  private final Process process;
  private final String uri;

  private MongoProcess(Process process, String uri) {
    this.process = process;
    this.uri = uri;
  }

  static MongoProcess start(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                MongoServerMain.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String uri = out.readLine();
    if (uri == null) {
      throw new IOException("the MongoDB-wire server did not start");
    }
    return new MongoProcess(process, uri);
  }

  MongoClient client() {
    return MongoClients.create(uri);
  }

  @Override
  public void close() {
    process.destroy();
  }
}

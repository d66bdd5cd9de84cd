package io.tapedeck.e2e;

import io.tapedeck.app.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The true server in this process: a free port, a folder of its own, real ffmpeg, real files. */
final class TestPlatform implements House {
  private final Started started;
  private final Path data;

  private TestPlatform(Started started, Path data) {
    this.started = started;
    this.data = data;
  }

  static TestPlatform start() throws IOException {
    Path data = Files.createTempDirectory("tapedeck-e2e");
    return new TestPlatform(Started.with(data, Map.of()), data);
  }

  @Override
  public URI uri() {
    return started.address();
  }

  @Override
  public Path data() {
    return data;
  }

  @Override
  public void close() {
    started.close();
    try {
      Folders.delete(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.tapedeck.app;

import io.tapedeck.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Opens the platform, which only app itself sees, to the tests that start the whole. */
public final class Started implements AutoCloseable {
  private final Platform platform;

  private Started(Platform platform) {
    this.platform = platform;
  }

  /** Starts all roles in this process, as {@code serve} does. */
  public static Started with(Path data, Map<String, String> environment) {
    Map<String, String> flags =
        Map.of("data", data.toString(), "server.port", "0", "admin.port", "0");
    return new Started(
        Platform.start(Settings.read(flags, environment, Optional.empty()), Clock.systemUTC()));
  }

  public URI address() {
    return platform.web().uri();
  }

  @Override
  public void close() {
    platform.close();
  }
}

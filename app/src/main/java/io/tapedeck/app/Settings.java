package io.tapedeck.app;

import io.tapedeck.http.WebServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * All that can be set, read once at the start. Each setting is named once, below, with its default
 * and its meaning; docs/settings.md is made from the same lines.
 *
 * @param data the folder everything is kept in
 * @param web how the public server listens
 * @param admin how the operator's server listens
 */
record Settings(Path data, WebServer.Settings web, WebServer.Settings admin, Log log) {
  private static final Duration ADMIN_IDLE = Duration.ofSeconds(30);
  private static final Duration ADMIN_STOP = Duration.ofSeconds(1);

  /** How lines are logged. */
  record Log(LogLines.Format format, Level level) {}

  /**
   * Reads the settings.
   *
   * @param flags from the command line, by key
   * @param environment all variables
   * @param config the settings file, where one was named
   * @throws Mistakes with everything that is wrong
   */
  static Settings read(
      Map<String, String> flags, Map<String, String> environment, Optional<Path> config) {
    String data = flags.getOrDefault("data", environment.getOrDefault("TAPEDECK_DATA", "."));
    SettingsFile file = SettingsFile.find(config, Path.of(data));
    Values values = new Values(flags, environment, file.values(), file.name());
    Settings settings = of(values);
    if (!values.mistakes().isEmpty()) {
      throw new Mistakes(values.mistakes());
    }
    return settings;
  }

  /** Asks for every setting there is; what is wrong is noted in the values. */
  static Settings of(Values in) {
    Path data = in.path("data", "tapedeck-data", "The folder everything is kept in.");
    WebServer.Settings web = web(in);
    return new Settings(data, web, admin(in, web), log(in));
  }

  private static WebServer.Settings web(Values in) {
    return new WebServer.Settings(
        in.text(
            "server.host",
            "127.0.0.1",
            "The address to listen at. 0.0.0.0 is all; put a proxy with TLS in front then."),
        in.number("server.port", 8080, 0, 65535, "The port; 0 takes a free one."),
        basePath(in),
        in.flag(
            "server.behind-proxy",
            false,
            "Whether a proxy in front sets X-Forwarded-* headers, so that they can be believed."),
        in.time("server.idle", "5m", "After this time without a byte a connection is closed."),
        in.time(
            "server.stop",
            "20s",
            "How long requests and conversions under way may take at a stop."));
  }

  private static String basePath(Values in) {
    String path =
        in.text("server.base-path", "", "Where it is mounted behind a proxy, such as /tapedeck.");
    if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
      in.mistake("server.base-path", "\"" + path + "\" is no path", "write it as /tapedeck");
    }
    return path;
  }

  private static WebServer.Settings admin(Values in, WebServer.Settings web) {
    int usual = web.port() == 0 ? 0 : Math.min(65535, web.port() + 1);
    return new WebServer.Settings(
        in.text("admin.host", "127.0.0.1", "The address of /livez, /readyz and /metrics."),
        in.number("admin.port", "server.port + 1", 0, 65535, "Their port; 0 takes a free one.")
            .orElse(usual),
        "",
        false,
        ADMIN_IDLE,
        ADMIN_STOP);
  }

  private static Log log(Values in) {
    return new Log(
        in.choice("log.format", LogLines.Format.class, "text", "How lines are logged.")
            .orElse(LogLines.Format.TEXT),
        in.choice("log.level", Level.class, "info", "From which level on.").orElse(Level.INFO));
  }

  /** Whether only this machine can reach the server. */
  boolean loopback() {
    try {
      return InetAddress.getByName(web.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}

package io.tapedeck.settings;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.cage.CageMode;
import io.tapedeck.core.Secret;
import io.tapedeck.gateway.GatewaySettings;
import io.tapedeck.gateway.GatewaySettings.Keeping;
import io.tapedeck.gateway.GatewaySettings.LinkSettings;
import io.tapedeck.http.WebServer;
import io.tapedeck.logging.LogLines;
import io.tapedeck.notification.SmtpMailer;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadLimits;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.event.Level;

/**
 * All settings, read once at the start. Each setting is defined once, here or in {@link
 * SettingsOfRoles}, with its default and its meaning. docs/settings.md is generated from these
 * lines.
 *
 * @param data the folder for all data
 * @param web how the public server listens
 * @param publicUrl the address that clients use; empty when it is the address the server listens at
 * @param admin how the operator's server listens
 * @param signUp who may make an account
 * @param keySecret seals the private keys in the database; empty to store them as they are
 * @param mail the mail server; empty to keep e-mails as files
 */
public record Settings(
    Path data,
    WebServer.Settings web,
    Optional<URI> publicUrl,
    WebServer.Settings admin,
    SignUp signUp,
    Optional<Secret> keySecret,
    Optional<SmtpMailer.Settings> mail,
    String sender,
    Edge edge,
    Work work,
    Cluster cluster,
    Log log) {
  private static final Duration ADMIN_IDLE = Duration.ofSeconds(30);
  private static final Duration ADMIN_STOP = Duration.ofSeconds(1);
  private static final int ADMIN_CONNECTIONS = 100;
  private static final Set<String> LOOPBACK_NAMES =
      Set.of("localhost", "*.localhost", "127.0.0.1", "::1");

  /** Open files for jars, the database, ffmpeg's pipes and the admin server's connections. */
  private static final int OTHER_FILES = 300;

  private static final int SHORTEST_SECRET = 32;
  private static final int CONNECTION_BYTES = 64 * 1024;
  private static final int LEAST_CONNECTIONS = 50;
  private static final int MOST_CONNECTIONS = 20_000;

  /**
   * The limits of the public server, without values that are known only when the data folder is
   * open; see {@link GatewaySettings}.
   */
  public record Edge(
      long longestVideo,
      long diskMargin,
      long chunk,
      Quota quota,
      Keeping keeping,
      Duration links) {
    public GatewaySettings with(Secret linkKey, Optional<URI> publicUrl) {
      GatewaySettings defaults = GatewaySettings.defaults(linkKey);
      return new GatewaySettings(
          // Uploads leave half a margin more; otherwise a full disk could not convert its uploads.
          new UploadLimits(longestVideo, diskMargin + diskMargin / 2, quota),
          chunk,
          keeping,
          new LinkSettings(linkKey, links, keeping.conversion()),
          publicUrl,
          defaults.heartbeat(),
          defaults.streamAge());
    }
  }

  /**
   * How conversions are done; see {@link io.tapedeck.converter.ConverterSettings}.
   *
   * @param largestScratch bytes of a converter's volume; {@link Long#MAX_VALUE} where the file
   *     system tells how much is free
   */
  public record Work(
      int parallel,
      int cores,
      Duration longestAudio,
      Duration longestWork,
      Duration stall,
      long largestScratch,
      boolean keepVideos,
      Duration orphans,
      Optional<Path> ffmpeg,
      Optional<Path> lame,
      CageMode cage) {}

  /**
   * Addresses of the stores and services of a cluster; all empty on one machine.
   *
   * @param database JDBC address
   * @param connections of one process to the database
   * @param auth the address of the role auth
   * @param linkKey signs links, the same in all processes
   */
  public record Cluster(
      Optional<String> database,
      String user,
      Optional<Secret> password,
      int connections,
      Optional<Secret> mongodb,
      Optional<Secret> rabbitmq,
      Optional<URI> auth,
      Optional<Secret> linkKey) {}

  /**
   * The format and level of log lines.
   *
   * @param audit the file of the audit log; empty for standard error
   */
  public record Log(LogLines.Format format, Level level, Optional<Path> audit) {}

  /**
   * Reads the settings.
   *
   * @param flags from the command line, by key
   * @param environment all variables
   * @param config the settings file, if one was named
   * @throws UsageErrors with all errors
   */
  public static Settings read(
      Map<String, String> flags, Map<String, String> environment, Optional<Path> config) {
    String data =
        flags.getOrDefault("data", environment.getOrDefault("TAPEDECK_DATA", "tapedeck-data"));
    SettingsFile file = SettingsFile.find(config, Path.of(data));
    Values values = new Values(flags, environment, file.values(), file.name());
    Settings settings = of(values);
    if (!values.usageErrors().isEmpty()) {
      throw new UsageErrors(values.usageErrors());
    }
    return settings;
  }

  /** Reads every setting; errors are recorded in the values. */
  public static Settings of(Values in) {
    Path data = in.path("data", "tapedeck-data", "The folder everything is kept in.");
    WebServer.Settings listening = web(in);
    Optional<URI> publicUrl = publicUrl(in);
    WebServer.Settings web = named(listening, publicUrl);
    WebServer.Settings admin = named(admin(in, web), Optional.empty());
    SignUp byDefault = loopback(web.host()) ? SignUp.OPEN : SignUp.CLOSED;
    SignUp signUp =
        in.choice(
                "accounts.sign-up",
                SignUp.class,
                "open on this machine's own address, else closed",
                "Who may make an account: everybody, who has an invitation, or nobody.")
            .orElse(byDefault);
    Optional<Secret> keySecret = keySecret(in);
    String sender =
        in.text("mail.from", "Tapedeck <tapedeck@localhost>", "The sender of e-mails; an address.");
    Work work = SettingsOfRoles.work(in);
    return new Settings(
        data,
        web,
        publicUrl,
        admin,
        signUp,
        keySecret,
        SettingsOfRoles.mail(in, sender),
        sender,
        SettingsOfRoles.edge(in, work.largestScratch()),
        work,
        SettingsOfRoles.cluster(in),
        log(in));
  }

  private static WebServer.Settings web(Values in) {
    return new WebServer.Settings(
        in.text(
            "server.host",
            "127.0.0.1",
            "The address to listen at. 0.0.0.0 is all; put a proxy with TLS in front then."),
        in.number("server.port", 8080, 0, 65535, "The port; 0 takes a free one."),
        basePath(in),
        proxies(in),
        in.time("server.idle", "5m", "After this time without a byte a request is ended."),
        in.time("server.stop", "20s", "How long requests under way may take at a stop."),
        WebServer.Limits.of(
            in.number(
                    "server.connections",
                    "as memory and open files allow",
                    10,
                    1_000_000,
                    "Connections open at once. The other limits on what clients hold follow from it.")
                .orElseGet(Settings::connections)),
        Set.of());
  }

  /**
   * A server that only this machine reaches answers under names of this machine, and under its
   * public name. A proxy that is trusted chooses the name, unless the public name is known.
   */
  private static WebServer.Settings named(WebServer.Settings web, Optional<URI> publicUrl) {
    if (!loopback(web.host()) || (web.proxies() > 0 && publicUrl.isEmpty())) {
      return web;
    }
    Set<String> names = new HashSet<>(LOOPBACK_NAMES);
    names.add(web.host());
    publicUrl.map(URI::getHost).ifPresent(names::add);
    return web.named(names);
  }

  private static Optional<Secret> keySecret(Values in) {
    Optional<Secret> secret =
        in.secret(
            "accounts.key-secret",
            "32 random characters or more; with it the keys that sign tokens are encrypted in the"
                + " database. All processes of the role auth need the same one.");
    if (secret.isPresent() && secret.get().reveal().length() < SHORTEST_SECRET) {
      in.usageError("accounts.key-secret", "it is too short", "write 32 random characters or more");
    }
    return secret;
  }

  private static int proxies(Values in) {
    boolean behind =
        in.flag(
            "server.behind-proxy",
            false,
            "Whether a proxy in front sets X-Forwarded-For, -Proto and -Host, so that they can be"
                + " believed.");
    int proxies =
        in.number(
            "server.proxies",
            1,
            1,
            10,
            "With server.behind-proxy: proxies one behind the other, each of which adds to"
                + " X-Forwarded-For.");
    return behind ? proxies : 0;
  }

  /** Two open files each, the socket and its output file, and memory for a small body and head. */
  private static int connections() {
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2
            : Long.MAX_VALUE;
    long memory = Runtime.getRuntime().maxMemory() / CONNECTION_BYTES;
    return Math.clamp(Math.min(files, memory), LEAST_CONNECTIONS, MOST_CONNECTIONS);
  }

  private static String basePath(Values in) {
    String path =
        in.text("server.base-path", "", "Where it is mounted behind a proxy, such as /tapedeck.");
    if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
      in.usageError("server.base-path", "\"" + path + "\" is no path", "write it as /tapedeck");
    }
    return path;
  }

  private static Optional<URI> publicUrl(Values in) {
    Optional<String> text =
        in.optional(
            "server.public-url",
            "How people reach it, such as https://sound.example; links in e-mails begin with it."
                + " Default: the address it listens at.");
    try {
      return text.map(Settings::webAddress);
    } catch (IllegalArgumentException e) {
      in.usageError(
          "server.public-url", "it is no web address", "write it as https://sound.example");
      return Optional.empty();
    }
  }

  /** Reads an http or https address, without slashes at its end. */
  public static URI webAddress(String text) {
    URI url = URI.create(text.replaceFirst("/+$", ""));
    if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
      throw new IllegalArgumentException("no web address");
    }
    return url;
  }

  private static WebServer.Settings admin(Values in, WebServer.Settings web) {
    int byDefault = web.port() == 0 ? 0 : Math.min(65535, web.port() + 1);
    return new WebServer.Settings(
        in.text("admin.host", "127.0.0.1", "The address of /livez, /readyz and /metrics."),
        in.number("admin.port", "server.port + 1", 0, 65535, "Their port; 0 takes a free one.")
            .orElse(byDefault),
        "",
        0,
        ADMIN_IDLE,
        ADMIN_STOP,
        WebServer.Limits.of(ADMIN_CONNECTIONS),
        Set.of());
  }

  private static Log log(Values in) {
    return new Log(
        in.choice("log.format", LogLines.Format.class, "text", "How lines are logged.")
            .orElse(LogLines.Format.TEXT),
        in.choice("log.level", Level.class, "info", "From which level on.").orElse(Level.INFO),
        in.optional(
                "log.audit",
                "A file for security events (sign-in, keys, passwords, deletion), as JSON lines."
                    + " Default: standard error, with the other lines.")
            .map(Path::of));
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}

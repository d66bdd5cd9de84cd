package io.tapedeck.app;

import io.tapedeck.auth.Auth;
import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.cluster.RabbitEventBus;
import io.tapedeck.convert.Units;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Printable;
import io.tapedeck.core.Secret;
import io.tapedeck.extraction.Engine;
import io.tapedeck.identity.RemoteIdentity;
import io.tapedeck.identity.ServiceClient;
import io.tapedeck.notification.SmtpMailer;
import io.tapedeck.settings.Settings;
import io.tapedeck.settings.UsageErrors;
import io.tapedeck.sql.Database;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code tapedeck doctor}: what is installed, what is missing, and how to get it. */
@Command(
    name = "doctor",
    description =
        "Says what is missing or does not answer, here and at the servers of the settings, and what to do.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final long LITTLE_ROOM = 5L << 30;

  @Mixin private SettingsOptions options = new SettingsOptions();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private boolean well = true;

  /** Checks one thing: returns the finding, or throws the problem. */
  private interface Look {
    String at() throws IOException;
  }

  @Override
  public Integer call() {
    look("java", () -> Runtime.version() + ", " + System.getProperty("java.vendor"));
    Settings settings;
    try {
      settings = options.settings(Map.of());
      say("ok", "settings", "can be used");
    } catch (UsageErrors | Fault e) {
      bad("settings", String.valueOf(e.getMessage()));
      return ExitCode.SOFTWARE;
    }
    look("ffmpeg", () -> ffmpeg(settings));
    look("cage", () -> Roles.ffmpeg(settings.work()).cage().hold());
    look("encoder", () -> encoder(settings));
    look("data", () -> data(settings.data()));
    look("port", () -> port(settings));
    look("mail", () -> mail(settings));
    cluster(settings.cluster());
    out.println();
    out.println(well ? "All is well." : "What is marked !! has to be mended.");
    return well ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String ffmpeg(Settings settings) {
    var ffmpeg = Roles.ffmpeg(settings.work());
    return ffmpeg.version() + " at " + ffmpeg.program();
  }

  private static String encoder(Settings settings) {
    return new Engine(settings.work().lame()).name();
  }

  private static String data(Path data) throws IOException {
    Path folder = data.toAbsolutePath().normalize();
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      throw new IOException(there + " cannot be written; choose another with --data, or chown it");
    }
    long room = Files.getFileStore(there).getUsableSpace();
    if (room < LITTLE_ROOM) {
      throw new IOException(
          folder + " has only " + Units.shown(room) + " left; make room, or choose another");
    }
    return folder + ", " + Units.shown(room) + " free";
  }

  private static String port(Settings settings) throws IOException {
    int port = settings.web().port();
    String host = settings.web().host();
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return host + ":" + socket.getLocalPort() + " is free";
    } catch (IOException e) {
      throw new IOException(
          host
              + ":"
              + port
              + " cannot be had ("
              + e.getMessage()
              + "); a server runs there already,"
              + " or choose another with --port",
          e);
    }
  }

  /** Signs in at the mail server and sends nothing. */
  private static String mail(Settings settings) throws IOException {
    if (settings.mail().isEmpty()) {
      return "no server is set (mail.host): e-mails are kept as files in the data folder";
    }
    SmtpMailer.Settings mail = settings.mail().get();
    try (SmtpMailer mailer = new SmtpMailer(mail)) {
      return answer(
          mailer.probe(),
          mail.host() + ":" + mail.port() + mail.login().map(l -> " lets us in").orElse(" answers"),
          "check mail.host, mail.port, mail.security, mail.user and mail.password");
    }
  }

  /** Checks each configured server of a cluster; on one machine there is none. */
  private void cluster(Settings.Cluster cluster) {
    cluster.database().ifPresent(url -> look("database", () -> database(cluster, url)));
    cluster
        .mongodb()
        .ifPresent(uri ->
            look(
                "mongodb",
                () -> answered(() -> GridFsBlobStore.probe(uri.reveal()), "check mongodb.uri")));
    cluster
        .rabbitmq()
        .ifPresent(uri ->
            look(
                "rabbitmq",
                () -> answered(() -> RabbitEventBus.probe(uri.reveal()), "check rabbitmq.uri")));
    cluster.auth().ifPresent(url -> look("auth", () -> auth(url)));
  }

  private static String database(Settings.Cluster cluster, String url) throws IOException {
    try (Database database = Stores.mysql(cluster, url)) {
      return answer(
          database.check(),
          "lets us in",
          "check database.url, database.user and database.password");
    }
  }

  private static String auth(URI url) throws IOException {
    ServiceClient service = new ServiceClient("auth", url, () -> new Secret(""));
    try (Identity identity = new RemoteIdentity(service, Auth.REALM, Clock.systemUTC())) {
      return answer(identity.check(), url + " publishes its keys", "check auth.url");
    }
  }

  private static String answered(Runnable asked, String remedy) throws IOException {
    try {
      asked.run();
      return "lets us in";
    } catch (Outage | IllegalArgumentException e) {
      String what = e instanceof Outage outage ? outage.problem().detail() : e.getMessage();
      throw new IOException(what + "; " + remedy, e);
    }
  }

  private static String answer(Health health, String well, String remedy) throws IOException {
    return switch (health) {
      case Health.Up up -> well;
      case Health.Down(String reason) -> throw new IOException(reason + "; " + remedy);
    };
  }

  private void look(String name, Look look) {
    try {
      say("ok", name, look.at());
    } catch (Fault e) {
      bad(name, e.problem().detail());
    } catch (IOException | IllegalArgumentException e) {
      bad(name, String.valueOf(e.getMessage()));
    }
  }

  private void bad(String name, String what) {
    well = false;
    say("!!", name, what);
  }

  private void say(String mark, String name, String what) {
    out.printf("%s  %-9s %s%n", mark, name, Printable.lines(what));
  }
}

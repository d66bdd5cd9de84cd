package io.tapedeck.app;

import io.tapedeck.converter.Engine;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Fault;
import io.tapedeck.notification.SmtpMailer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code tapedeck doctor}: what is there, what is missing, and how to get it. */
@Command(
    name = "doctor",
    description = "Says what is missing on this machine and how to get it.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final long LITTLE_ROOM = 5L << 30;
  private static final int PATIENCE_MILLIS = 5000;

  @Mixin private SettingsOptions options = new SettingsOptions();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private boolean well = true;

  /** Looks at one thing: returns what it found, or throws what is wrong with it. */
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
    } catch (Mistakes | Fault e) {
      bad("settings", String.valueOf(e.getMessage()));
      return ExitCode.SOFTWARE;
    }
    look("ffmpeg", () -> ffmpeg(settings));
    look("encoder", () -> encoder(settings));
    look("data", () -> data(settings.data()));
    look("port", () -> port(settings));
    look("mail", () -> mail(settings));
    out.println();
    out.println(well ? "All is well." : "Mend what is marked; the rest is well.");
    return well ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String ffmpeg(Settings settings) {
    var ffmpeg = Roles.ffmpeg(settings.work().ffmpeg());
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

  private static String mail(Settings settings) throws IOException {
    if (settings.mail().isEmpty()) {
      return "no server is set (mail.host): letters are kept as files in the data folder";
    }
    SmtpMailer.Settings mail = settings.mail().get();
    try (Socket socket = new Socket();
        SmtpMailer mailer = new SmtpMailer(mail)) {
      socket.connect(new InetSocketAddress(mail.host(), mail.port()), PATIENCE_MILLIS);
      return switch (mailer.check()) {
        case Health.Up up -> mail.host() + ":" + mail.port() + " answers";
        case Health.Down(String reason) -> throw new IOException(reason);
      };
    } catch (IOException e) {
      throw new IOException(
          mail.host()
              + ":"
              + mail.port()
              + " does not answer ("
              + e.getMessage()
              + "); check mail.host and mail.port",
          e);
    }
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

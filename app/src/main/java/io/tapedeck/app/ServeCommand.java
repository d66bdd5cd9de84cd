package io.tapedeck.app;

import io.tapedeck.core.Secret;
import io.tapedeck.http.Watchdog;
import io.tapedeck.settings.Settings;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tapedeck serve}: all roles in one process, until it is told to stop. */
@Command(
    name = "serve",
    description = "Runs the whole server on this machine.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  @Option(names = "--port", paramLabel = "PORT", description = "Default: 8080; 0 takes a free one.")
  private @Nullable String port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen at. Default: 127.0.0.1, this machine only.")
  private @Nullable String host;

  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> flags = new HashMap<>();
    if (port != null) {
      flags.put("server.port", port);
    }
    if (host != null) {
      flags.put("server.host", host);
    }
    Settings settings = options.settings(flags);
    StopSignal stop = StopSignal.heard(settings.web().stop());
    try (Platform platform = Platform.start(settings, Clock.systemUTC())) {
      greet(settings, platform, System.out);
      IdleMemory.watch();
      Watchdog.watch(List.of(platform.web(), platform.admin()));
      stop.await();
    }
    return ExitCode.OK;
  }

  static void greet(Settings settings, Platform platform, PrintStream to) {
    PrintStream out = new PrintStream(to, false, StandardCharsets.UTF_8);
    out.println("Tapedeck " + ProgramVersion.text() + " answers at " + platform.address());
    out.println();
    line(out, "data", platform.folder().path().toString());
    line(
        out,
        "mail",
        settings
            .mail()
            .map(mail -> "goes to " + mail.host())
            .orElseGet(
                () -> "kept as files in " + platform.folder().at("outbox") + ", no server is set"));
    line(
        out,
        "sign-up",
        switch (platform.roles().auth().signUpSwitch().now()) {
          case OPEN -> "open to whoever reaches the address";
          case INVITE -> "by invitation";
          case CLOSED -> "closed; add people with: tapedeck user add";
        });
    line(out, "health", platform.admin().uri() + "readyz, " + platform.admin().uri() + "metrics");
    Optional<Secret> token = platform.setupToken();
    if (token.isPresent()) {
      out.println();
      out.println(
          "There is no administrator yet. Whoever opens this link becomes one; or add one:");
      out.println("  " + platform.address() + "#setup=" + token.get().reveal());
      out.println("  (makes the administrator; works once, for one day)");
      out.println("  tapedeck user add --admin you@example.org");
    }
    out.println();
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private static void line(PrintStream out, String name, String value) {
    out.printf("  %-8s %s%n", name, value);
  }
}

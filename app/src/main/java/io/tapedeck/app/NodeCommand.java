package io.tapedeck.app;

import io.tapedeck.core.Outage;
import io.tapedeck.http.Watchdog;
import io.tapedeck.settings.Settings;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.Streak;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The commands that run one role of a cluster each, only from settings, until told to stop. */
abstract class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);
  private static final Backoff BACKOFF =
      Backoff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(5));

  @Mixin private SettingsOptions options = new SettingsOptions();

  private final Node.Role role;

  private NodeCommand(Node.Role role) {
    this.role = role;
  }

  @Override
  public Integer call() throws InterruptedException {
    trustAddressesBriefly();
    Settings settings = options.settings(Map.of());
    StopSignal stop = StopSignal.heard(settings.web().stop());
    try (Node node = Node.start(role, settings, Clock.systemUTC())) {
      if (connected(node, stop)) {
        greet(node);
        IdleMemory.watch();
        Watchdog.watch(node.servers());
        stop.await();
      }
    }
    return ExitCode.OK;
  }

  /**
   * A store that moves gets another address. The JVM would ask for it only after 30 s, and remember
   * a name without one for 10 s. This counts until the first name is asked for.
   */
  static void trustAddressesBriefly() {
    Security.setProperty("networkaddress.cache.ttl", "3");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  /**
   * Processes of a cluster start in any order. A process that misses a store waits for the store,
   * and logs this once for each reason. Returns false when it is told to stop before it is
   * connected.
   */
  private boolean connected(Node node, StopSignal stop) throws InterruptedException {
    Streak streak = new Streak(role.wire(), BACKOFF);
    do {
      try {
        node.connect();
        return true;
      } catch (Outage e) {
        LOG.atLevel(streak.failed(e) ? Level.WARN : Level.DEBUG)
            .addKeyValue("role", role.wire())
            .addKeyValue("cause", e.problem().detail())
            .log("a store is away; tried again until it is there");
      }
    } while (!stop.await(streak.pause()));
    return false;
  }

  private void greet(Node node) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String where = node.address().map(uri -> ", answers at " + uri).orElse("");
    out.println("Tapedeck " + ProgramVersion.text() + ": " + role.wire() + " is at work" + where);
    node.setupToken()
        .ifPresent(token ->
            out.println(
                "There is no administrator yet. Sign up with the setup token "
                    + token.reveal()
                    + " (good once, one day)."));
  }

  /** {@code tapedeck auth}. */
  @Command(
      name = "auth",
      description = "Cluster: who may come in. Its addresses are reached through gateways.",
      mixinStandardHelpOptions = true)
  static final class OfAuth extends NodeCommand {
    OfAuth() {
      super(Node.Role.AUTH);
    }
  }

  /** {@code tapedeck gateway}. */
  @Command(
      name = "gateway",
      description = "Cluster: uploads, downloads, live events and the page.",
      mixinStandardHelpOptions = true)
  static final class OfGateway extends NodeCommand {
    OfGateway() {
      super(Node.Role.GATEWAY);
    }
  }

  /** {@code tapedeck converter}. */
  @Command(
      name = "converter",
      description = "Cluster: makes MP3s out of videos, and one of them clears up.",
      mixinStandardHelpOptions = true)
  static final class OfConverter extends NodeCommand {
    OfConverter() {
      super(Node.Role.CONVERTER);
    }
  }

  /** {@code tapedeck notification}. */
  @Command(
      name = "notification",
      description = "Cluster: e-mails to people.",
      mixinStandardHelpOptions = true)
  static final class OfNotification extends NodeCommand {
    OfNotification() {
      super(Node.Role.NOTIFICATION);
    }
  }
}

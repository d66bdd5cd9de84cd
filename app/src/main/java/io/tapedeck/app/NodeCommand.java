package io.tapedeck.app;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The commands that run one role of a cluster each, from settings alone, until told to stop. */
abstract class NodeCommand implements Callable<Integer> {
  @Mixin private SettingsOptions options = new SettingsOptions();

  private final Node.Role role;

  private NodeCommand(Node.Role role) {
    this.role = role;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = options.settings(Map.of());
    StopSignal stop = StopSignal.heard(settings.web().stop());
    try (Node node = Node.start(role, settings, Clock.systemUTC())) {
      greet(node);
      stop.await();
    }
    return ExitCode.OK;
  }

  private void greet(Node node) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String where = node.address().map(uri -> ", answers at " + uri).orElse("");
    out.println("Tapedeck " + Version.text() + ": " + role.wire() + " is at work" + where);
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
      description = "Cluster: letters to people.",
      mixinStandardHelpOptions = true)
  static final class OfNotification extends NodeCommand {
    OfNotification() {
      super(Node.Role.NOTIFICATION);
    }
  }
}

package io.tapedeck.app;

import io.tapedeck.backup.BackupCommand;
import io.tapedeck.backup.RestoreCommand;
import io.tapedeck.convert.CompletionCommand;
import io.tapedeck.convert.ConvertCommand;
import io.tapedeck.convert.ManCommand;
import io.tapedeck.convert.ProblemLine;
import io.tapedeck.convert.StandardOutput;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Printable;
import io.tapedeck.settings.UsageErrors;
import io.tapedeck.watch.WatchCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: one command for each task. */
@Command(
    name = "tapedeck",
    description = "Takes the audio out of video.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "tapedeck COMMAND --help tells more about each."})
final class Main {
  /** All commands, in the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("convert", ConvertCommand.class);
    COMMANDS.put("watch", WatchCommand.class);
    COMMANDS.put("serve", ServeCommand.class);
    COMMANDS.put("auth", NodeCommand.OfAuth.class);
    COMMANDS.put("gateway", NodeCommand.OfGateway.class);
    COMMANDS.put("converter", NodeCommand.OfConverter.class);
    COMMANDS.put("notification", NodeCommand.OfNotification.class);
    COMMANDS.put("user", UserCommand.class);
    COMMANDS.put("dead", DeadCommand.class);
    COMMANDS.put("backup", BackupCommand.class);
    COMMANDS.put("restore", RestoreCommand.class);
    COMMANDS.put("admin", AdminCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
    COMMANDS.put("man", ManCommand.class);
    COMMANDS.put("rehearse", RehearseCommand.class);
  }

  /** The commands that read all others. */
  private static final Set<String> OF_ALL = Set.of("completion", "man");

  private Main() {}

  public static void main(String[] args) {
    StandardOutput out = StandardOutput.install();
    System.exit(out.outcome(run(args)));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return line(args)
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setExpandAtFiles(false) // convert reads lists itself, where a name means itself
        .setParameterExceptionHandler(Main::usage)
        .setExecutionExceptionHandler(Main::explain)
        .execute(args);
  }

  /** Builds the command line of one command only: picocli takes 20 ms to read each command. */
  private static CommandLine line(String... args) {
    CommandLine line = new CommandLine(new Main());
    String asked = args.length == 0 ? "" : args[0];
    COMMANDS.forEach((name, command) -> {
      if (name.equals(asked) || !COMMANDS.containsKey(asked) || OF_ALL.contains(asked)) {
        line.addSubcommand(name, command);
      }
    });
    return line;
  }

  private static int usage(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    if (args.length == 0) {
      command.usage(command.getErr());
      return ExitCode.USAGE;
    }
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + Printable.lines(String.valueOf(wrong.getMessage())));
    command.getErr().println("See " + name + " --help");
    return ExitCode.USAGE;
  }

  private static int explain(Exception thrown, CommandLine command, ParseResult parsed)
      throws Exception {
    switch (thrown) {
      case UsageErrors usageErrors ->
          command.getErr().println(Printable.lines(String.valueOf(usageErrors.getMessage())));
      case Fault fault ->
          command.getErr().println(Printable.line("tapedeck: " + ProblemLine.of(fault.problem())));
      default -> throw thrown;
    }
    return thrown instanceof UsageErrors ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }
}

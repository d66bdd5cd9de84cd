package io.tapedeck.app;

import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Problem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: one command for each thing it does. */
@Command(
    name = "tapedeck",
    description = "Takes the sound out of video.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "tapedeck COMMAND --help tells more about each."})
final class Main {
  private static final Set<Code> OF_THE_WEB =
      EnumSet.of(Code.NOT_FOUND, Code.CONFLICT, Code.BAD_REQUEST, Code.UNAVAILABLE);

  /** All commands, in the order they are listed. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("convert", ConvertCommand.class);
    COMMANDS.put("serve", ServeCommand.class);
    COMMANDS.put("auth", NodeCommand.OfAuth.class);
    COMMANDS.put("gateway", NodeCommand.OfGateway.class);
    COMMANDS.put("converter", NodeCommand.OfConverter.class);
    COMMANDS.put("notification", NodeCommand.OfNotification.class);
    COMMANDS.put("user", UserCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("rehearse", RehearseCommand.class);
  }

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
        .setParameterExceptionHandler(Main::usage)
        .setExecutionExceptionHandler(Main::explain)
        .execute(args);
  }

  /** Reading what a command can do takes picocli 20 ms each: only of the one that is asked for. */
  private static CommandLine line(String... args) {
    CommandLine line = new CommandLine(new Main());
    String asked = args.length == 0 ? "" : args[0];
    COMMANDS.forEach((name, command) -> {
      if (name.equals(asked) || !COMMANDS.containsKey(asked)) {
        line.addSubcommand(name, command);
      }
    });
    return line;
  }

  private static int usage(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + Printable.lines(String.valueOf(wrong.getMessage())));
    command.getErr().println("See " + name + " --help");
    return ExitCode.USAGE;
  }

  private static int explain(Exception thrown, CommandLine command, ParseResult parsed)
      throws Exception {
    switch (thrown) {
      case Mistakes mistakes ->
          command.getErr().println(Printable.lines(String.valueOf(mistakes.getMessage())));
      case Fault fault ->
          command.getErr().println(Printable.line("tapedeck: " + sentence(fault.problem())));
      default -> throw thrown;
    }
    return thrown instanceof Mistakes ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /**
   * A problem in one line: what happened, where, and what to do. Titles and hints that speak of web
   * addresses and servers are left out; the detail says all there is to say here.
   */
  static String sentence(Problem problem) {
    if (OF_THE_WEB.contains(problem.code())) {
      return problem.detail();
    }
    if (problem.code() == Code.DISK_FULL) {
      return problem.detail() + "; make room, or name another place with -o";
    }
    return problem.code().title() + ": " + problem.detail() + ". " + problem.code().hint();
  }
}

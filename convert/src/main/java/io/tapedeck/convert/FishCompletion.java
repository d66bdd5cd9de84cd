package io.tapedeck.convert;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion for fish: one {@code complete} for each command and option. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();
  private final String program;

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandSpec root) {
    FishCompletion made = new FishCompletion(root.name());
    made.line("", "-f");
    made.command(root, List.of());
    return made.script.toString();
  }

  private void command(CommandSpec spec, List<String> path) {
    String here = condition(path);
    List<CommandSpec> commands = CommandTree.commands(spec);
    String none =
        commands.isEmpty() ? here : and(here, "not __fish_seen_subcommand_from " + names(commands));
    for (CommandSpec each : commands) {
      String what = CommandTree.text(each.usageMessage().description());
      line(none, "-a " + each.name() + " -d " + quoted(what));
    }
    for (OptionSpec option : CommandTree.options(spec)) {
      option(path.isEmpty() ? none : here, option);
    }
    for (PositionalParamSpec each : CommandTree.parameters(spec)) {
      if (CommandTree.isFile(each) || !CommandTree.values(each).isEmpty()) {
        line(here, value(each));
      }
    }
    for (CommandSpec each : commands) {
      command(each, List.of(String.join(" ", path), each.name()));
    }
  }

  private void option(String condition, OptionSpec option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
      line.append(' ');
    }
    if (CommandTree.takesValue(option)) {
      line.append(value(option)).append(' ');
    }
    line(condition, line + "-d " + quoted(CommandTree.text(option)));
  }

  /** Which values are offered: those that the label lists, files, or none. */
  private static String value(ArgSpec argument) {
    List<String> values = CommandTree.values(argument);
    if (!values.isEmpty()) {
      return "-x -a " + quoted(String.join(" ", values));
    }
    return argument.isOption() ? (CommandTree.isFile(argument) ? "-r -F" : "-x") : "-F";
  }

  private static String names(List<CommandSpec> commands) {
    return String.join(" ", commands.stream().map(CommandSpec::name).toList());
  }

  private static String condition(List<String> path) {
    return path.stream()
        .filter(name -> !name.isBlank())
        .map(name -> "__fish_seen_subcommand_from " + name.strip())
        .reduce("", FishCompletion::and);
  }

  private static String and(String one, String other) {
    return one.isEmpty() ? other : one + "; and " + other;
  }

  private void line(String condition, String rest) {
    script.append("complete -c ").append(program);
    if (!condition.isEmpty()) {
      script.append(" -n ").append(quoted(condition));
    }
    script.append(' ').append(rest).append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

package io.tapedeck.convert;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the completions and the manual page read of the commands and their options. */
final class CommandTree {
  private CommandTree() {}

  static CommandSpec root(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).root();
  }

  static List<CommandSpec> commands(CommandSpec spec) {
    return spec.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(each -> !each.usageMessage().hidden())
        .toList();
  }

  static List<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  static List<PositionalParamSpec> parameters(CommandSpec spec) {
    return spec.positionalParameters().stream().filter(each -> !each.hidden()).toList();
  }

  /** All that a description says, in one line. */
  static String text(String[] description) {
    return String.join(" ", description).replace("%n", " ").replace("%%", "%").strip();
  }

  static String text(ArgSpec argument) {
    String standard = String.valueOf(argument.defaultValueString());
    return text(argument.description()).replace("${DEFAULT-VALUE}", standard);
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** The values to choose from; none where the label does not list them. */
  static List<String> values(ArgSpec argument) {
    String label = argument.paramLabel();
    return label.matches("[a-z0-9.]+(\\|[a-z0-9.]+)+") ? List.of(label.split("\\|")) : List.of();
  }

  /** Whether a value is a file or a folder, by its label. */
  static boolean isFile(ArgSpec argument) {
    return argument.paramLabel().matches("IN|.*\\b(DIR|FILE|OUT|PATH)\\b.*");
  }
}

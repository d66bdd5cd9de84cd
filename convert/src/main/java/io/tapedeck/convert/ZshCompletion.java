package io.tapedeck.convert;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion for zsh: one function for each command. */
final class ZshCompletion {
  private final StringBuilder script = new StringBuilder();

  private ZshCompletion() {}

  static String of(CommandSpec root) {
    ZshCompletion made = new ZshCompletion();
    made.script.append("#compdef ").append(root.name()).append('\n');
    String name = "_" + root.name();
    made.function(root, name);
    // It is either a file in fpath, which is the function itself, or it is read with `source`.
    made.script.append(
        """
        if [ "$funcstack[1]" = %1$s ]; then
          %1$s "$@"
        else
          compdef %1$s %2$s
        fi
        """
            .formatted(name, root.name()));
    return made.script.toString();
  }

  private void function(CommandSpec spec, String name) {
    List<CommandSpec> commands = CommandTree.commands(spec);
    commands.forEach(each -> function(each, name + "_" + each.name()));
    script.append(name).append("() {\n");
    if (!commands.isEmpty()) {
      script.append("  local curcontext=\"$curcontext\" state line\n");
    }
    script.append("  _arguments").append(commands.isEmpty() ? " -s -S" : " -C");
    CommandTree.options(spec).forEach(this::option);
    if (commands.isEmpty()) {
      CommandTree.parameters(spec).forEach(this::parameter);
      script.append("\n}\n");
      return;
    }
    add("'1:command:->command'");
    add("'*::argument:->argument'");
    script.append("\n  case $state in\n    command)\n      local -a commands=(");
    commands.forEach(each ->
        script
            .append("\n        ")
            .append(
                quoted(each.name() + ":" + CommandTree.text(each.usageMessage().description()))));
    script.append(
        """

              )
              _describe command commands
              ;;
            argument) (( $+functions[%1$s_$line[1]] )) && %1$s_$line[1] ;;
          esac
        }
        """
            .formatted(name));
  }

  private void option(OptionSpec option) {
    String what = "[" + escaped(CommandTree.text(option)) + "]";
    String value =
        CommandTree.takesValue(option)
            ? ":" + escaped(option.paramLabel()) + ":" + action(option)
            : "";
    String group = option.names().length > 1 ? "(" + String.join(" ", option.names()) + ")" : "";
    for (String name : option.names()) {
      add(quoted(group + name + what + value));
    }
  }

  private void parameter(PositionalParamSpec each) {
    String many = each.arity().max() > 1 ? "*" : "";
    add(quoted(many + ":" + escaped(each.paramLabel()) + ":" + action(each)));
  }

  private static String action(ArgSpec argument) {
    List<String> values = CommandTree.values(argument);
    return !values.isEmpty()
        ? "(" + String.join(" ", values) + ")"
        : CommandTree.isFile(argument) ? "_files" : " ";
  }

  private void add(String argument) {
    script.append(" \\\n    ").append(argument);
  }

  private static String escaped(String text) {
    return text.replaceAll("[\\[\\]:\\\\]", "\\\\$0");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}

package io.tapedeck.convert;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page in the language of {@code man} (groff's man macros), made of the help. */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  static String of(CommandSpec root) {
    ManPage made = new ManPage();
    made.line(".TH TAPEDECK 1 \"\" Tapedeck \"Tapedeck Manual\"");
    made.section("NAME");
    String what = CommandTree.text(root.usageMessage().description()).replaceFirst("\\.$", "");
    made.line(
        "tapedeck \\- "
            + escaped(what.substring(0, 1).toLowerCase(Locale.ROOT) + what.substring(1)));
    made.section("SYNOPSIS");
    CommandTree.commands(root).forEach(each -> made.synopsis(each, root.name()));
    made.section("COMMANDS");
    CommandTree.commands(root).forEach(each -> made.command(each, root.name()));
    made.section("EXIT STATUS");
    made.exitCodes(CommandTree.commands(root).getFirst());
    return made.page.toString();
  }

  private void command(CommandSpec spec, String above) {
    String name = above + " " + spec.name();
    line(".SS " + escaped(name));
    for (String each : spec.usageMessage().description()) {
      line(escaped(CommandTree.text(new String[] {each})));
      line(".br");
    }
    synopsis(spec, above);
    spec.positionalParameters().stream()
        .filter(each -> !each.hidden())
        .forEach(
            each -> entry("\\fI" + escaped(each.paramLabel()) + "\\fR", CommandTree.text(each)));
    CommandTree.options(spec).forEach(each -> entry(names(each), CommandTree.text(each)));
    CommandTree.commands(spec).forEach(each -> command(each, name));
  }

  private static String names(OptionSpec option) {
    String names = "\\fB" + escaped(String.join(", ", option.names())) + "\\fR";
    return CommandTree.takesValue(option) ? names + " \\fI" + label(option) + "\\fR" : names;
  }

  private static String label(ArgSpec argument) {
    return escaped(argument.paramLabel());
  }

  private void synopsis(CommandSpec spec, String above) {
    String text = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0);
    String usage = text.strip().replaceAll("\\s+", " ");
    if (!page.toString().endsWith(".SH SYNOPSIS\n")) {
      line(".PP");
    }
    line("\\fB" + escaped(usage.startsWith(above) ? usage : above + " " + usage) + "\\fR");
  }

  private void exitCodes(CommandSpec spec) {
    for (Map.Entry<String, String> code : spec.usageMessage().exitCodeList().entrySet()) {
      entry("\\fB" + code.getKey() + "\\fR", code.getValue());
    }
  }

  private void entry(String head, String text) {
    line(".TP");
    line(head);
    line(escaped(text));
  }

  private void section(String name) {
    line(".SH " + (name.contains(" ") ? "\"" + name + "\"" : name));
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  /** A line of text that says nothing to groff: no leading dot or quote, no escape, no dash. */
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}

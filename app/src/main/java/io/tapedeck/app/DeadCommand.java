package io.tapedeck.app;

import io.tapedeck.core.Code;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.Printable;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Json;
import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tapedeck dead}: events that could not be handled, with or without running servers. */
@Command(
    name = "dead",
    description = "Lists, retries and drops dead letters: events that were tried too often.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class DeadCommand implements Runnable {
  private static final String JSON = "JSON on standard output.";

  @Spec private picocli.CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    throw usage("say what to do: list, retry or drop");
  }

  private RuntimeException usage(String message) {
    return spec == null
        ? new IllegalStateException(message)
        : new ParameterException(spec.commandLine(), message);
  }

  @Command(
      name = "list",
      description = "Lists them, the oldest first. They are kept for 30 days.",
      mixinStandardHelpOptions = true)
  void list(
      @Option(names = "--json", description = JSON) boolean json, @Mixin SettingsOptions options) {
    List<DeadLetter> all = with(options, DeadLetters::list);
    if (json) {
      say(Json.text(all.stream().map(DeadCommand::members).toList()));
    } else {
      all.forEach(each ->
          say(
              "%-36s  %-17s  %-30s  %s  %2d x  %s"
                  .formatted(
                      each.id(),
                      each.type(),
                      each.conversion(),
                      each.died(),
                      each.tries(),
                      each.reason())));
    }
  }

  private static Map<String, Object> members(DeadLetter mail) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", mail.id());
    members.put("queue", mail.queue().name().toLowerCase(Locale.ROOT));
    members.put("type", mail.type());
    members.put("conversion", mail.conversion());
    members.put("died", mail.died().toString());
    members.put("tries", mail.tries());
    members.put("reason", mail.reason());
    return members;
  }

  @Command(
      name = "retry",
      description =
          "Puts some back on to their queue, once. What caused it should be mended first.",
      mixinStandardHelpOptions = true)
  void retry(
      @Parameters(paramLabel = "ID", arity = "1..*") List<String> ids,
      @Option(names = "--json", description = JSON) boolean json,
      @Mixin SettingsOptions options) {
    told("retried", each(options, ids, DeadLetters::retry), json);
  }

  @Command(name = "drop", description = "Deletes some, or all.", mixinStandardHelpOptions = true)
  void drop(
      @Parameters(paramLabel = "ID", arity = "0..*") @Nullable List<String> ids,
      @Option(names = "--all", description = "All there are.") boolean all,
      @Option(names = "--json", description = JSON) boolean json,
      @Mixin SettingsOptions options) {
    List<String> named = ids == null ? List.of() : ids;
    if (named.isEmpty() != all) {
      throw usage("name the dead letters to drop, or say --all");
    }
    int dropped =
        all ? with(options, DeadLetters::dropAll) : each(options, named, DeadLetters::drop);
    told("dropped", dropped, json);
  }

  /** An action on one dead letter; returns whether the dead letter exists. */
  private interface Deed {
    boolean done(DeadLetters dead, String id);
  }

  private static int each(SettingsOptions options, List<String> ids, Deed deed) {
    return with(
        options,
        dead -> {
          List<String> missing = ids.stream().filter(id -> !deed.done(dead, id)).toList();
          if (!missing.isEmpty()) {
            throw new Refusal(
                Code.NOT_FOUND,
                "there is no dead letter "
                    + String.join(", ", missing)
                    + "; see tapedeck dead list");
          }
          return ids.size();
        });
  }

  private static void told(String done, int count, boolean json) {
    say(json ? Json.text(Map.of(done, count)) : done + " " + count);
  }

  private static <T> T with(SettingsOptions options, Function<DeadLetters, T> work) {
    Settings settings = options.settings(Map.of());
    LogLines.configure(settings.log().format(), Level.WARN);
    try (Stores stores = Stores.beside(settings, "dead", Clock.systemUTC())) {
      return work.apply(stores.dead());
    }
  }

  private static void say(String line) {
    System.out.println(Printable.line(line));
  }
}

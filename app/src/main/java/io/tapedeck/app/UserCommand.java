package io.tapedeck.app;

import io.tapedeck.auth.Account;
import io.tapedeck.auth.Accounts;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Printable;
import io.tapedeck.core.Secret;
import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import io.tapedeck.settings.UsageErrors;
import io.tapedeck.settings.Values;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
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

/** {@code tapedeck user}: accounts, with or without a running server. */
@Command(
    name = "user",
    description = "Adds, lists and removes the people who may sign in.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class UserCommand implements Runnable {
  private static final String EMAIL = "EMAIL";

  @Spec private picocli.CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "say what to do: add, list, remove or set-password");
    }
  }

  @Command(name = "add", description = "Adds an account.", mixinStandardHelpOptions = true)
  void add(
      @Parameters(paramLabel = EMAIL) String email,
      @Option(names = "--admin", description = "An administrator.") boolean admin,
      @Option(names = "--italian", description = "E-mails in Italian.") boolean italian,
      @Option(names = "--password-stdin", description = "Read the password from standard input.")
          boolean stdin,
      @Mixin SettingsOptions options) {
    Secret password = password(stdin);
    Locale language = italian ? Locale.ITALIAN : Locale.ENGLISH;
    Account added =
        with(
            options,
            accounts -> accounts.add(email, password, admin ? Role.ADMIN : Role.USER, language));
    say("added " + added.email() + (admin ? ", an administrator" : ""));
  }

  @Command(name = "list", description = "Lists all accounts.", mixinStandardHelpOptions = true)
  void list(@Mixin SettingsOptions options) {
    List<Account> all = with(options, Accounts::list);
    for (Account each : all) {
      String role = each.role() == Role.ADMIN ? "admin" : "user";
      say("%-40s %-5s %s".formatted(each.email(), role, each.createdAt()));
    }
  }

  @Command(
      name = "remove",
      description = "Removes an account and everything it owns.",
      mixinStandardHelpOptions = true)
  void remove(@Parameters(paramLabel = EMAIL) String email, @Mixin SettingsOptions options) {
    with(
        options,
        accounts -> {
          accounts.remove(email);
          return accounts;
        });
    say("removed " + email + " and what it owned");
  }

  @Command(
      name = "set-password",
      description = "Sets a password and ends all sessions of the account.",
      mixinStandardHelpOptions = true)
  void setPassword(
      @Parameters(paramLabel = EMAIL) String email,
      @Option(names = "--password-stdin", description = "Read the password from standard input.")
          boolean stdin,
      @Mixin SettingsOptions options) {
    Secret password = password(stdin);
    with(
        options,
        accounts -> {
          accounts.setPassword(email, password);
          return accounts;
        });
    say("set; all sessions of " + email + " have ended");
  }

  private static <T> T with(SettingsOptions options, Function<Accounts, T> work) {
    Settings settings = options.settings(Map.of());
    LogLines.configure(settings.log().format(), Level.WARN);
    Clock clock = Clock.systemUTC();
    try (Stores stores = Stores.beside(settings, "user", clock)) {
      return work.apply(
          Accounts.in(stores.database(), new AccountDataRemoval(stores, clock), clock));
    }
  }

  @SuppressWarnings("SystemConsoleNull") // Null again in JDK 25; not null in JDK 22 to 24.
  private static Secret password(boolean stdin) {
    Console console = System.console();
    if (stdin || console == null || !console.isTerminal()) {
      return firstLine();
    }
    char[] typed = console.readPassword("Password: ");
    char[] again = console.readPassword("Once more: ");
    if (typed == null || !Arrays.equals(typed, again)) {
      throw new UsageErrors(
          List.of(new Values.UsageError("password", "the two are not the same", "type it again")));
    }
    return new Secret(new String(typed));
  }

  private static Secret firstLine() {
    try {
      String all = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      return new Secret(all.lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(String line) {
    System.out.println(Printable.line(line));
  }
}

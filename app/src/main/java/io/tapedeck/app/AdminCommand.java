package io.tapedeck.app;

import io.tapedeck.admin.AdminActs;
import io.tapedeck.admin.AdminVerbs;
import io.tapedeck.admin.People;
import io.tapedeck.auth.Accounts;
import io.tapedeck.auth.AuthSettings;
import io.tapedeck.auth.Invitations;
import io.tapedeck.auth.SignUpSwitch;
import io.tapedeck.core.Component.Health;
import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tapedeck admin}, on the stores of the settings. */
@Command(
    name = "admin",
    description = "People, invitations, conversions and health of a server, as in its page.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND")
final class AdminCommand extends AdminVerbs {
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Override
  protected <T> T with(Function<Tools, T> work) {
    Settings settings = options.settings(Map.of());
    LogLines.configure(settings.log().format(), Level.WARN, settings.log().audit());
    Clock clock = Clock.systemUTC();
    try (Stores stores = Stores.beside(settings, "admin", clock)) {
      return work.apply(tools(stores, settings, clock));
    }
  }

  private static Tools tools(Stores stores, Settings settings, Clock clock) {
    Administration admin = new Administration(stores, settings, clock);
    Accounts accounts =
        Accounts.in(stores.database(), new AccountDataRemoval(stores, clock), clock);
    People people = admin.people(accounts);
    SignUpSwitch mode = new SignUpSwitch(stores.database(), settings.signUp(), clock);
    AuthSettings signUp = AuthSettings.of(settings.signUp(), () -> URI.create(""));
    AdminActs acts = admin.acts();
    Map<String, Health> health = new LinkedHashMap<>();
    stores.parts().forEach((name, part) -> health.put(name, part.check()));
    return new Tools(
        people,
        new Invitations(stores.database(), mode, signUp.inviteLife(), clock),
        mode,
        admin.conversions(),
        admin.server(),
        health,
        acts);
  }
}

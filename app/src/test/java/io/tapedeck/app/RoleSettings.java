package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Settings;
import io.tapedeck.settings.Values;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a role of the cluster must be given to start, against what a deployment gives it. */
final class RoleSettings {
  static final Set<String> ROLES = Set.of("auth", "gateway", "converter", "notification");

  private static final Set<String> STORES =
      Set.of(
          "TAPEDECK_DATABASE_URL",
          "TAPEDECK_DATABASE_PASSWORD",
          "TAPEDECK_MONGODB_URI",
          "TAPEDECK_RABBITMQ_URI");

  private static final Map<String, Set<String>> NEEDED =
      Map.of(
          "auth", Set.of("TAPEDECK_SERVER_PUBLIC_URL", "TAPEDECK_LINKS_KEY"),
          "gateway", Set.of("TAPEDECK_AUTH_URL", "TAPEDECK_LINKS_KEY"),
          "converter", Set.of(),
          "notification",
              Set.of("TAPEDECK_SERVER_PUBLIC_URL", "TAPEDECK_AUTH_URL", "TAPEDECK_LINKS_KEY"));

  private RoleSettings() {}

  /** The role would start with these variables: nothing is missing, unknown or unusable. */
  static void fit(String role, Map<String, String> environment) {
    assertThat(environment.keySet()).as(role).containsAll(STORES).containsAll(NEEDED.get(role));
    assertThat(names(known())).as(role).containsAll(environment.keySet());
    Values values = values(environment);
    Settings.of(values);
    assertThat(values.usageErrors()).as(role).isEmpty();
  }

  /** The variables whose values nobody may see. */
  static Set<String> secrets() {
    return names(known().stream().filter(each -> each.form().equals("secret")).toList());
  }

  static Settings defaults() {
    return Settings.of(values(Map.of()));
  }

  private static Collection<Values.Known> known() {
    Values nothing = values(Map.of());
    Settings.of(nothing);
    return nothing.known();
  }

  private static Set<String> names(Collection<Values.Known> settings) {
    return settings.stream().map(Values.Known::variable).collect(Collectors.toSet());
  }

  private static Values values(Map<String, String> environment) {
    return new Values(Map.of(), environment, Map.of(), "none");
  }
}

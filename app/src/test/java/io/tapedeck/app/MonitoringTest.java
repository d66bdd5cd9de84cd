package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionState;
import io.tapedeck.http.Json;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Alerts and dashboard ask for nothing that no process tells. */
class MonitoringTest {
  private static final Path MONITORING = Path.of("..", "deploy", "monitoring");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:tapedeck|jvm|process|system)_[a-z0-9_]+");

  @TempDir Path folder;

  @Test
  void everyMetricThatAlertsAndDashboardNameIsThere() throws IOException {
    Set<String> asked = new TreeSet<>();
    List<String> queries = new ArrayList<>(expressions(dashboard()));
    queries.addAll(expressions(alerts()));
    assertThat(queries).hasSizeGreaterThan(10);
    for (String query : queries) {
      METRIC.matcher(query).results().map(MatchResult::group).forEach(asked::add);
    }

    assertThat(told()).containsAll(asked);
  }

  /** The names in what a server tells that has answered a request and moved a conversion. */
  private Set<String> told() throws IOException {
    Map<String, String> flags =
        Map.of("server.port", "0", "admin.port", "0", "data", folder.toString());
    try (Platform platform =
        Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC())) {
      platform.metrics().moved(ConversionState.Kind.READY);
      assertThat(text(platform.address())).contains("Tapedeck");
      return text(platform.admin().uri().resolve("metrics"))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.replaceFirst("[{ ].*", ""))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void operatorsAreToldWhatToDoAboutEveryAlert() throws IOException {
    String told = Files.readString(Path.of("..", "docs", "operations.md"));

    for (Map<?, ?> rule : rules()) {
      assertThat(told).contains("| " + rule.get("alert") + " |");
      assertThat(rule.get("labels")).isEqualTo(Map.of("severity", severity(rule)));
      assertThat(String.valueOf(rule.get("annotations"))).contains("summary=");
    }
  }

  private static String severity(Map<?, ?> rule) {
    String severity = String.valueOf(((Map<?, ?>) rule.get("labels")).get("severity"));
    assertThat(severity).isIn("page", "ticket");
    return severity;
  }

  private static List<Map<?, ?>> rules() throws IOException {
    Map<?, ?> group = (Map<?, ?>) ((List<?>) ((Map<?, ?>) alerts()).get("groups")).getFirst();
    List<Map<?, ?>> all = new ArrayList<>();
    ((List<?>) group.get("rules")).forEach(rule -> all.add((Map<?, ?>) rule));
    return all;
  }

  private static Object alerts() throws IOException {
    return new Load(LoadSettings.builder().build())
        .loadFromString(Files.readString(MONITORING.resolve("alerts.yaml")));
  }

  private static Object dashboard() throws IOException {
    return Json.read(Files.readString(MONITORING.resolve("dashboard.json")), Map.class);
  }

  /** Every value of a member {@code expr}, at any depth. */
  private static List<String> expressions(Object tree) {
    List<String> found = new ArrayList<>();
    switch (tree) {
      case Map<?, ?> map ->
          map.forEach((key, value) -> {
            if (key.equals("expr")) {
              found.add(String.valueOf(value));
            } else {
              found.addAll(expressions(value));
            }
          });
      case List<?> list -> list.forEach(each -> found.addAll(expressions(each)));
      default -> {}
    }
    return found;
  }

  private static String text(URI address) throws IOException {
    try (InputStream in = address.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

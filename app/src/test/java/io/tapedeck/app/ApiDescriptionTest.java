package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.settings.Settings;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The description of the API against the addresses of all roles together. */
class ApiDescriptionTest {
  /** The page, which is no API. */
  private static final Set<String> PAGE =
      Set.of(
          "GET /",
          "GET /assets/*",
          "GET /docs",
          "GET /sw.js",
          "GET /manifest.webmanifest",
          "POST /receive");

  private static final Set<String> VERBS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch");

  @Test
  void everyAddressIsDescribedAndEveryDescribedOneIsThere(@TempDir Path folder) throws Exception {
    Settings settings =
        Settings.read(
            Map.of("data", folder.resolve("data").toString(), "server.port", "0"),
            Map.of(),
            Optional.empty());
    try (Platform platform = Platform.start(settings, Clock.systemUTC());
        HttpClient client = HttpClient.newHttpClient()) {
      Set<String> live = new TreeSet<>(platform.roles().routes().lines());
      live.removeAll(PAGE);
      // HEAD is answered by GET; where it is described, it has no line of its own.
      live.add("HEAD /v1/conversions/{id}/mp3");
      live.add("HEAD /v1/archive/zip");
      HttpRequest request =
          HttpRequest.newBuilder(platform.web().uri().resolve("openapi.yaml")).build();

      String yaml = client.send(request, BodyHandlers.ofString()).body();

      assertThat(described(yaml)).isEqualTo(live);
    }
  }

  private static Set<String> described(String yaml) {
    Map<?, ?> api = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    Set<String> lines = new TreeSet<>();
    ((Map<?, ?>) api.get("paths"))
        .forEach((path, item) ->
            ((Map<?, ?>) item)
                .keySet().stream()
                    .map(String::valueOf)
                    .filter(VERBS::contains)
                    .forEach(verb -> lines.add(verb.toUpperCase(Locale.ROOT) + " " + path)));
    return lines;
  }
}

package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.app.Started;
import io.tapedeck.contracts.Media;
import io.tapedeck.http.Json;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A random walk over the API as its description has it: every operation, with right, wrong and
 * absurd parameters, headers and bodies, by strangers, people and programs. No answer is a fault of
 * ours, and each has a status that the description names. The seed is printed; {@code -Dwalk.seed}
 * walks the same way again, {@code -Dwalk.rounds} further.
 */
class ApiWalkTest {
  private static final int ROUNDS = Integer.getInteger("walk.rounds", 40);
  private static final String EMAIL = "walker@example.org";

  @TempDir Path folder;

  @Test
  void everyAnswerIsDescribed() throws Exception {
    long seed = Long.getLong("walk.seed", System.nanoTime());
    System.out.println("walk.seed " + seed + ", " + ROUNDS + " rounds");
    Map<String, String> wrong = new TreeMap<>();
    try (Started server = Started.with(folder.resolve("data"), Map.of())) {
      URI base = server.address();
      Described api = Described.of(new Api(base).get("openapi.yaml").body());
      Drawn drawn = new Drawn(seed, known(base));
      for (int round = 0; round < ROUNDS; round++) {
        for (Described.Operation operation : api.operations()) {
          Drawn.Sent sent = drawn.request(operation, token(drawn));
          int status = Raw.status(base, sent.bytes());
          if (!operation.statuses().contains(status) || status == 500) {
            wrong.putIfAbsent(operation + " answers " + status, sent.toString());
          }
        }
      }
    }
    assertThat(wrong).as("walk.seed %d", seed).isEmpty();
  }

  /** Nobody, somebody with a wrong token, a program, or a person. */
  private static String token(Drawn drawn) {
    return switch (drawn.below(6)) {
      case 0 -> "";
      case 1 -> drawn.text();
      case 2, 3 -> drawn.known("key");
      default -> drawn.known("token");
    };
  }

  /** What an account has: conversions, an upload, a session, a key. */
  private Map<String, List<String>> known(URI base) throws Exception {
    try (Api api = new Api(base)) {
      api.signUp(EMAIL);
      Path clip = Media.audio(folder.resolve("tone.wav"), 1);
      List<String> conversions = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        conversions.add(Api.id(api.convert(clip)));
      }
      for (String id : conversions) {
        api.ended(id);
      }
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        keys.add(id(api.post("v1/api-keys", "{\"name\":\"spare\"}")));
        new Api(base).signIn(EMAIL).close();
      }
      String key =
          Api.expect(201, api.post("v1/api-keys", "{\"name\":\"walk\"}")).get("key").asString();
      // The walk never ends its own session.
      List<String> sessions = new ArrayList<>(List.of("others"));
      for (JsonNode each : Json.tree(api.get("v1/sessions").body()).get("sessions")) {
        if (!each.get("current").asBoolean()) {
          sessions.add(Api.id(each));
        }
      }
      List<String> uploads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String location =
            api.send(
                    api.request("v1/uploads")
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", "100")
                        .POST(BodyPublishers.noBody()))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        uploads.add(location.substring(location.lastIndexOf('/') + 1));
      }
      return Map.of(
          "conversion", conversions,
          "upload", uploads,
          "session", sessions,
          "apiKey", keys,
          "key", List.of(key),
          "token", List.of(api.token()));
    }
  }

  private static String id(HttpResponse<String> made) {
    return Api.id(Api.expect(201, made));
  }
}

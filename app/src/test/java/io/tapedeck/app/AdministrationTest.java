package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Json;
import io.tapedeck.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an administrator does while the server runs, over HTTP. */
@Timeout(120)
class AdministrationTest {
  private static final String PASSWORD = "a long walk on the beach";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Platform platform;
  private String boss = "";

  @BeforeEach
  void start() throws Exception {
    platform = started();
    platform
        .roles()
        .auth()
        .accounts()
        .add("boss@example.org", new Secret(PASSWORD), Role.ADMIN, Locale.ENGLISH);
    boss = signIn("boss@example.org");
  }

  @AfterEach
  void stop() {
    platform.close();
    client.close();
  }

  private Platform started() {
    Map<String, String> flags =
        Map.of("data", folder.resolve("data").toString(), "server.port", "0", "admin.port", "0");
    return Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC());
  }

  @Test
  void suspendingEndsSessionKeyEventsAndARunningUploadAtOnce() throws Exception {
    String ada = signUp("ada@example.org");
    String key = json(send("POST", "/v1/api-keys", ada, "{\"name\":\"k\"}")).get("key").asString();
    HttpResponse<InputStream> events =
        client.send(request("GET", "/v1/events", ada, ""), BodyHandlers.ofInputStream());
    CompletableFuture<Void> eventsOver = CompletableFuture.runAsync(() -> drain(events.body()));
    PipedOutputStream pipe = new PipedOutputStream();
    PipedInputStream bytes = new PipedInputStream(pipe, 1 << 16);
    CompletableFuture<HttpResponse<String>> upload =
        client.sendAsync(
            HttpRequest.newBuilder(platform.web().uri().resolve("/v1/uploads"))
                .header("Authorization", "Bearer " + key)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", "100000000")
                .header("Content-Type", "application/offset+octet-stream")
                .POST(BodyPublishers.ofInputStream(() -> bytes))
                .build(),
            BodyHandlers.ofString());
    pipe.write(new byte[1 << 16]);

    JsonNode suspended = change(person("ada@example.org"), "{\"suspended\":true}");

    assertThat(suspended.get("suspendedAt").isNull()).isFalse();
    assertThat(send("GET", "/v1/conversions", ada, "").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/v1/conversions", key, "").statusCode()).isEqualTo(401);
    eventsOver.join();
    while (!upload.isDone()) {
      if (!written(pipe)) {
        break;
      }
    }
    assertThat(upload.handle((answer, fault) -> answer == null ? 0 : answer.statusCode()).join())
        .as("refused, or its connection closed")
        .isIn(0, 401);
    HttpResponse<String> refused = send("POST", "/v1/sessions", "", credentials("ada@example.org"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).get("code").asString()).isEqualTo("account-suspended");

    change(person("ada@example.org"), "{\"suspended\":false}");
    assertThat(send("GET", "/v1/conversions", key, "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/conversions", ada, "").statusCode()).as("over").isEqualTo(401);
    assertThat(signIn("ada@example.org")).isNotEmpty();
  }

  private static void drain(InputStream from) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        line = lines.readLine();
      }
    } catch (IOException e) {
      // The stream ended, which is all that is waited for.
    }
  }

  /** Writes a little more; false when nobody reads it any longer. */
  private static boolean written(OutputStream to) {
    try {
      to.write(new byte[1024]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aSuspendedPersonCannotSignInByBasicEither() throws Exception {
    signUp("ada@example.org");
    change(person("ada@example.org"), "{\"suspended\":true}");
    HttpRequest login =
        HttpRequest.newBuilder(platform.web().uri().resolve("/login"))
            .header(
                "Authorization",
                "Basic "
                    + java.util.Base64.getEncoder()
                        .encodeToString(
                            ("ada@example.org:" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
            .POST(BodyPublishers.noBody())
            .build();
    assertThat(client.send(login, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
  }

  @Test
  void theLastAdministratorStaysOne() throws Exception {
    String id = person("boss@example.org").get("id").asString();
    for (String body : new String[] {"{\"suspended\":true}", "{\"role\":\"user\"}"}) {
      assertThat(send("PATCH", "/v1/admin/people/" + id, boss, body).statusCode()).isEqualTo(409);
    }
    assertThat(send("DELETE", "/v1/admin/people/" + id, boss, "").statusCode()).isEqualTo(409);
    signUp("ada@example.org");
    change(person("ada@example.org"), "{\"role\":\"admin\"}");
    change(person("ada@example.org"), "{\"suspended\":true}");
    assertThat(send("PATCH", "/v1/admin/people/" + id, boss, "{\"role\":\"user\"}").statusCode())
        .as("a suspended one does not count")
        .isEqualTo(409);
  }

  @Test
  void anApiKeyOfAnAdministratorAdministersNothing() throws Exception {
    String key = json(send("POST", "/v1/api-keys", boss, "{\"name\":\"k\"}")).get("key").asString();
    for (String path : new String[] {"people", "server", "conversions"}) {
      HttpResponse<String> refused = send("GET", "/v1/admin/" + path, key, "");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(json(refused).get("detail").asString()).contains("API key");
    }
  }

  @Test
  void limitsOfOnePersonHoldForThatPersonOnly() throws Exception {
    String ada = signUp("ada@example.org");
    String bert = signUp("bert@example.org");
    change(person("ada@example.org"), "{\"quota\":{\"storedBytes\":5000,\"active\":1}}");
    assertThat(begun(ada, 6000)).isEqualTo(429);
    assertThat(begun(ada, 4000)).isEqualTo(201);
    assertThat(begun(ada, 10)).as("one at a time").isEqualTo(429);
    assertThat(begun(bert, 6000)).isEqualTo(201);
    JsonNode limits = json(send("GET", "/v1/limits", ada, ""));
    assertThat(limits.get("storedBytes").asInt()).isEqualTo(5000);
    assertThat(
            send(
                    "PATCH",
                    "/v1/admin/people/" + person("ada@example.org").get("id").asString(),
                    boss,
                    "{\"quota\":{\"active\":0}}")
                .statusCode())
        .isIn(400, 422);
    change(person("ada@example.org"), "{\"quota\":{}}");
    assertThat(begun(ada, 6000)).isEqualTo(201);
  }

  private int begun(String token, int length) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(platform.web().uri().resolve("/v1/uploads"))
                .header("Authorization", "Bearer " + token)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", "" + length)
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void whoMaySignUpChangesWithoutARestartAndStaysSoAfterOne() throws Exception {
    assertThat(mode("{\"mode\":\"closed\"}")).isEqualTo("closed");
    assertThat(send("POST", "/v1/accounts", "", credentials("ada@example.org")).statusCode())
        .isEqualTo(403);
    platform.close();
    platform = started();
    assertThat(send("POST", "/v1/accounts", "", credentials("ada@example.org")).statusCode())
        .isEqualTo(403);
    boss = signIn("boss@example.org");
    assertThat(mode("{}")).as("as the setting says").isEqualTo("open");
    assertThat(send("POST", "/v1/accounts", "", credentials("ada@example.org")).statusCode())
        .isEqualTo(201);
  }

  private String mode(String body) throws Exception {
    return json(send("PUT", "/v1/admin/sign-up", boss, body)).get("mode").asString();
  }

  @Test
  void anInvitationIsWithdrawn() throws Exception {
    mode("{\"mode\":\"invite\"}");
    JsonNode made = json(send("POST", "/v1/invites", boss, "{}"));
    String id =
        json(send("GET", "/v1/admin/invites", boss, "")).get("invites").get(0).get("id").asString();
    assertThat(id).isNotEqualTo(made.get("invite").asString());
    assertThat(send("DELETE", "/v1/admin/invites/" + id, boss, "").statusCode()).isEqualTo(204);
    assertThat(send("DELETE", "/v1/admin/invites/" + id, boss, "").statusCode()).isEqualTo(404);
    String body =
        credentials("ada@example.org")
            .replace("}", ",\"invite\":\"" + made.get("invite").asString() + "\"}");
    assertThat(send("POST", "/v1/accounts", "", body).statusCode()).isEqualTo(403);
  }

  @Test
  void everyActIsInTheListWithoutAnEmail() throws Exception {
    signUp("ada@example.org");
    JsonNode ada = person("ada@example.org");
    change(ada, "{\"suspended\":true}");
    assertThat(
            send("DELETE", "/v1/admin/people/" + ada.get("id").asString(), boss, "").statusCode())
        .isEqualTo(204);
    HttpResponse<String> said = send("GET", "/v1/admin/acts?limit=1", boss, "");
    assertThat(said.body()).doesNotContain("@");
    JsonNode first = json(said).get("acts").get(0);
    assertThat(first.get("act").asString()).isEqualTo("account-deleted");
    assertThat(first.get("about").asString()).isEqualTo(ada.get("id").asString());
    String next = json(said).get("next").asString();
    JsonNode second =
        json(send("GET", "/v1/admin/acts?limit=1&cursor=" + next, boss, "")).get("acts").get(0);
    assertThat(second.get("act").asString()).isEqualTo("account-suspended");
  }

  @Test
  void theServerTellsItsHealthAndWhatWaits() throws Exception {
    JsonNode server = json(send("GET", "/v1/admin/server", boss, ""));
    assertThat(server.get("waiting").get("queued").asInt()).isZero();
    assertThat(server.get("waiting").get("deadLetters").asInt()).isZero();
    assertThat(server.get("disk").get("free").asLong()).isPositive();
    assertThat(server.get("parts")).isNotEmpty();
    assertThat(server.get("parts")).allMatch(part -> part.get("state").asString().equals("up"));
  }

  private JsonNode person(String email) throws Exception {
    JsonNode found = json(send("GET", "/v1/admin/people?q=" + email, boss, "")).get("people");
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private JsonNode change(JsonNode person, String body) throws Exception {
    HttpResponse<String> answer =
        send("PATCH", "/v1/admin/people/" + person.get("id").asString(), boss, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private String signUp(String email) throws Exception {
    assertThat(send("POST", "/v1/accounts", "", credentials(email)).statusCode()).isEqualTo(201);
    return signIn(email);
  }

  private String signIn(String email) throws Exception {
    return json(send("POST", "/v1/sessions", "", credentials(email))).get("accessToken").asString();
  }

  private static String credentials(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}";
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return Json.tree(answer.body());
  }

  private HttpResponse<String> send(String method, String path, String token, String json)
      throws IOException, InterruptedException {
    return client.send(request(method, path, token, json), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path, String token, String json) {
    HttpRequest.Builder request = HttpRequest.newBuilder(platform.web().uri().resolve(path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return request
        .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
        .build();
  }
}

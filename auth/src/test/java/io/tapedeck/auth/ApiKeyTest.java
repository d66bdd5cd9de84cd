package io.tapedeck.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyTest {
  @TempDir private Path folder;
  private AuthServer server;
  private String ada;

  @BeforeEach
  void start() {
    server = AuthServer.start(folder);
    ada = server.bearer("ada@example.org");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aKeyIsShownOnceAndStandsForItsAccount() {
    Answer made = create("backup script");
    assertThat(made.status()).isEqualTo(201);
    String key = made.get("key");
    assertThat(key).startsWith("tdk_").hasSize(47).startsWith(made.get("start"));
    assertThat(server.get("/v1/accounts/me", "Authorization", "Bearer " + key).get("email"))
        .isEqualTo("ada@example.org");
    Answer listed = server.get("/v1/api-keys", "Authorization", ada);
    assertThat(listed.text()).contains("backup script", made.get("id")).doesNotContain(key);
    List<String> kept =
        server.database.read(
            handle -> handle.select("SELECT hash FROM api_keys").mapTo(String.class).list());
    assertThat(kept).containsExactly(Token.hash(new Secret(key)));
  }

  @Test
  void theLastUseIsKnownToTheMinute() {
    String key = create("k").get("key");
    assertThat(listed().getFirst()).containsEntry("lastUsedAt", null);
    use(key);
    assertThat(listed().getFirst()).containsEntry("lastUsedAt", "2026-05-01T12:00:00Z");
    server.clock.advance(Duration.ofSeconds(59));
    use(key);
    assertThat(listed().getFirst()).containsEntry("lastUsedAt", "2026-05-01T12:00:00Z");
    server.clock.advance(Duration.ofSeconds(1));
    use(key);
    assertThat(listed().getFirst()).containsEntry("lastUsedAt", "2026-05-01T12:01:00Z");
  }

  @Test
  void aDeletedKeyIsOfNoUseAtOnce() {
    Answer made = create("k");
    assertThat(delete(ada, made.get("id")).status()).isEqualTo(204);
    assertThat(use(made.get("key")).get("code")).isEqualTo("unauthenticated");
    assertThat(delete(ada, made.get("id")).status()).isEqualTo(404);
    assertThat(use("tdk_guess").status()).isEqualTo(401);
    for (String path : List.of("/v1/sessions", "/v1/api-keys")) {
      assertThat(server.get(path, "Authorization", "Bearer " + made.get("key")).status())
          .as("no key, not a key that may not")
          .isEqualTo(401);
    }
    assertThat(use("tdk_").status()).isEqualTo(401);
  }

  @Test
  void somebodyElsesKeyIsNotThere() {
    String id = create("k").get("id");
    String eve = server.bearer("eve@example.org");
    assertThat(delete(eve, id).status()).isEqualTo(404);
    assertThat(delete(eve, "%C3%A9%27").status()).isEqualTo(404);
    assertThat(server.get("/v1/api-keys", "Authorization", eve).text()).doesNotContain(id);
    assertThat(listed()).hasSize(1);
  }

  @Test
  void aKeyCannotManageItsAccount() {
    String key = "Bearer " + create("k").get("key");
    assertThat(server.post("/v1/api-keys", Map.of("name", "more"), "Authorization", key).status())
        .isEqualTo(403);
    assertThat(server.get("/v1/api-keys", "Authorization", key).status()).isEqualTo(403);
    assertThat(server.get("/v1/sessions", "Authorization", key).status()).isEqualTo(403);
    assertThat(
            server
                .send("PATCH", "/v1/accounts/me", "{\"language\":\"it\"}", "Authorization", key)
                .status())
        .isEqualTo(403);
    assertThat(server.send("DELETE", "/v1/accounts/me", "", "Authorization", key).status())
        .isEqualTo(403);
    assertThat(server.send("DELETE", "/v1/sessions/others", "", "Authorization", key).status())
        .isEqualTo(403);
  }

  @Test
  void aKeyOfAnAdministratorDoesNotInvite() {
    String boss = server.adminBearer("boss@example.org");
    Answer made = server.post("/v1/api-keys", Map.of("name", "k"), "Authorization", boss);
    Secret key = new Secret(made.get("key"));
    assertThat(server.auth.identity().verify(key).role()).isEqualTo(Role.ADMIN);
    assertThat(
            server
                .post("/v1/invites", Map.of(), "Authorization", "Bearer " + key.reveal())
                .status())
        .isEqualTo(403);
  }

  @Test
  void aNameIsOneLine() {
    for (String name : List.of("", "   ", "x".repeat(101), "two\nlines", "a\nb\nc", "c\u009b")) {
      assertThat(create(name).get("code")).isEqualTo("bad-request");
    }
    assertThat(server.send("POST", "/v1/api-keys", "", "Authorization", ada).status())
        .isEqualTo(400);
    assertThat(create("  Grüße 🎧 ").get("name")).isEqualTo("Grüße 🎧");
  }

  @Test
  void anAccountHasAHundredKeysAtMost() {
    for (int i = 0; i < 100; i++) {
      assertThat(create("k" + i).status()).isEqualTo(201);
    }
    assertThat(create("one more").get("code")).isEqualTo("quota-exceeded");
  }

  private Answer create(String name) {
    return server.post("/v1/api-keys", Map.of("name", name), "Authorization", ada);
  }

  private Answer use(String key) {
    return server.get("/v1/accounts/me", "Authorization", "Bearer " + key);
  }

  private Answer delete(String bearer, String id) {
    return server.send("DELETE", "/v1/api-keys/" + id, "", "Authorization", bearer);
  }

  @SuppressWarnings("unchecked") // as the route writes them
  private List<Map<String, Object>> listed() {
    return (List<Map<String, Object>>)
        server.get("/v1/api-keys", "Authorization", ada).json().get("apiKeys");
  }
}

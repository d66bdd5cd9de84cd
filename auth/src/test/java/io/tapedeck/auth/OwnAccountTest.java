package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.core.AccountId;
import io.tapedeck.http.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnAccountTest {
  private static final String NEW = "a-second-plum-tart";

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
  void theLanguageOfMailsCanBeChanged() {
    assertThat(change(Map.of("language", "it")).get("language")).isEqualTo("it");
    assertThat(change(Map.of()).get("language")).isEqualTo("it");
    assertThat(change(Map.of("language", "xx")).status()).isEqualTo(400);
    assertThat(me().get("language")).isEqualTo("it");
  }

  @Test
  void aNewPasswordEndsTheOtherSessionsAndTakesBackMails() throws Exception {
    String phone = "Bearer " + server.signIn("ada@example.org", PASSWORD).get("accessToken");
    server.post("/v1/password-resets", Map.of("email", "ada@example.org"));
    String link = server.mails.take().link();
    assertThat(change(Map.of("password", NEW, "currentPassword", PASSWORD)).status())
        .isEqualTo(200);
    assertThat(me().status()).isEqualTo(200);
    assertThat(server.get("/v1/accounts/me", "Authorization", phone).status()).isEqualTo(401);
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(401);
    assertThat(server.signIn("ada@example.org", NEW).status()).isEqualTo(200);
    String token = link.substring(link.indexOf('=') + 1);
    assertThat(
            server.post("/v1/password-resets/" + token, Map.of("password", PASSWORD)).get("code"))
        .isEqualTo("link-expired");
  }

  @Test
  void aNewPasswordNeedsTheOldOneAndMustBeGood() {
    assertThat(change(Map.of("password", NEW)).status()).isEqualTo(400);
    assertThat(change(Map.of("password", NEW, "currentPassword", "guess")).get("code"))
        .isEqualTo("bad-credentials");
    assertThat(change(Map.of("password", "short", "currentPassword", PASSWORD)).get("code"))
        .isEqualTo("weak-password");
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void aStolenSessionDoesNotGuessThePasswordWithoutEnd() {
    for (int i = 0; i < 9; i++) {
      change(Map.of("password", NEW, "currentPassword", "guess" + i));
    }
    assertThat(change(Map.of("password", NEW, "currentPassword", PASSWORD)).get("code"))
        .isEqualTo("locked-out");
    assertThat(leave(PASSWORD).get("code")).isEqualTo("locked-out");
  }

  @Test
  void whoLeavesTakesEverythingAlong() {
    server.post("/v1/api-keys", Map.of("name", "k"), "Authorization", ada);
    AccountId id = new AccountId(me().get("id"));
    assertThat(leave("guess").get("code")).isEqualTo("bad-credentials");
    assertThat(server.send("DELETE", "/v1/accounts/me", "", "Authorization", ada).status())
        .isEqualTo(400);
    assertThat(server.left).isEmpty();
    assertThat(leave(PASSWORD).status()).isEqualTo(204);
    assertThat(server.left).containsExactly(id);
    assertThat(me().status()).isEqualTo(401);
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(401);
    for (String table : new String[] {"accounts", "sessions", "refresh_tokens", "api_keys"}) {
      int rows =
          server.database.read(
              handle -> handle.select("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
      assertThat(rows).as(table).isZero();
    }
    assertThat(server.signUp("ada@example.org").get("id")).isNotEqualTo(id.value());
  }

  @Test
  void theOnlyAdministratorStays() {
    String boss = server.adminBearer("boss@example.org");
    String body = Json.text(Map.of("password", PASSWORD));
    assertThat(server.send("DELETE", "/v1/accounts/me", body, "Authorization", boss).get("code"))
        .isEqualTo("wrong-state");
    server.adminBearer("other@example.org");
    assertThat(server.send("DELETE", "/v1/accounts/me", body, "Authorization", boss).status())
        .isEqualTo(204);
  }

  @Test
  void nothingIsToldToWhoIsNotSignedIn() {
    assertThat(server.get("/v1/accounts/me").status()).isEqualTo(401);
    for (String line :
        new String[] {
          "PATCH /v1/accounts/me",
          "DELETE /v1/accounts/me",
          "GET /v1/sessions",
          "DELETE /v1/sessions/current",
          "GET /v1/api-keys",
          "POST /v1/api-keys",
          "DELETE /v1/api-keys/key_x",
          "POST /v1/invites"
        }) {
      String[] parts = line.split(" ");
      assertThat(server.send(parts[0], parts[1], "{}").status()).as(line).isEqualTo(401);
    }
  }

  private Answer me() {
    return server.get("/v1/accounts/me", "Authorization", ada);
  }

  private Answer change(Map<String, String> body) {
    return server.send(
        "PATCH", "/v1/accounts/me", Json.text(new HashMap<>(body)), "Authorization", ada);
  }

  private Answer leave(String password) {
    return server.send(
        "DELETE", "/v1/accounts/me", Json.text(Map.of("password", password)), "Authorization", ada);
  }
}

package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.core.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CookieTest {
  private static final Map<String, Object> BY_COOKIE =
      Map.of("email", "ada@example.org", "password", PASSWORD, "cookie", true);

  @TempDir private Path folder;

  @Test
  void aPageGetsItsTokensWhereNoScriptReadsThem() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer in = server.post("/v1/sessions", BY_COOKIE);
      assertThat(in.status()).isEqualTo(200);
      assertThat(in.json().keySet()).containsExactlyInAnyOrder("csrfToken", "expiresIn");
      assertThat(in.text()).doesNotContain(in.cookie("tapedeck_session"), "tdr_");
      assertThat(in.cookies()).hasSize(4).allMatch(line -> line.contains("; SameSite=Strict"));
      assertThat(line(in, "tapedeck_session")).contains("; HttpOnly", "; Path=/;", "Max-Age=900;");
      assertThat(line(in, "tapedeck_refresh"))
          .contains("; HttpOnly", "; Path=/v1/sessions;", "Max-Age=2592000;");
      assertThat(line(in, "tapedeck_csrf")).doesNotContain("HttpOnly").contains("; Path=/;");
      assertThat(line(in, "tapedeck_device"))
          .contains("; HttpOnly", "; Path=/v1/sessions;", "Max-Age=34560000;");
      assertThat(in.cookies()).noneMatch(line -> line.contains("Secure"));
      assertThat(in.cookie("tapedeck_csrf")).isEqualTo(in.get("csrfToken"));
    }
  }

  @Test
  void behindTlsAndBelowAPathTheCookiesAreSecureAndStayThere() {
    try (AuthServer server = AuthServer.mounted(folder, "/base")) {
      server.signUp("ada@example.org");
      Answer in = server.post("/v1/sessions", BY_COOKIE, "X-Forwarded-Proto", "https");
      assertThat(in.cookies()).hasSize(4).allMatch(line -> line.endsWith("; Secure"));
      assertThat(line(in, "tapedeck_session")).contains("; Path=/base/;");
      assertThat(line(in, "tapedeck_refresh")).contains("; Path=/base/v1/sessions;");
    }
  }

  @Test
  void aChangeByCookieNeedsTheCsrfToken() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer in = server.post("/v1/sessions", BY_COOKIE);
      String cookie = "tapedeck_session=" + in.cookie("tapedeck_session");
      assertThat(server.get("/v1/accounts/me", "Cookie", cookie).get("email"))
          .isEqualTo("ada@example.org");
      Map<String, String> italian = Map.of("language", "it");
      String json = io.tapedeck.http.Json.text(italian);
      assertThat(server.send("PATCH", "/v1/accounts/me", json, "Cookie", cookie).get("code"))
          .isEqualTo("forbidden");
      assertThat(
              server
                  .send(
                      "PATCH",
                      "/v1/accounts/me",
                      json,
                      "Cookie",
                      cookie + "; tapedeck_csrf=planted",
                      "X-CSRF-Token",
                      "planted")
                  .status())
          .isEqualTo(403);
      assertThat(
              server
                  .send(
                      "PATCH",
                      "/v1/accounts/me",
                      json,
                      "Cookie",
                      cookie,
                      "X-CSRF-Token",
                      in.get("csrfToken"))
                  .get("language"))
          .isEqualTo("it");
    }
  }

  @Test
  void aPageRefreshesByCookieAndIsSignedOutWhenThatFails() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer in = server.post("/v1/sessions", BY_COOKIE);
      String csrf = in.get("csrfToken");
      String cookie =
          "tapedeck_refresh=" + in.cookie("tapedeck_refresh") + "; tapedeck_csrf=" + csrf;
      String path = "/v1/sessions/refresh";
      assertThat(server.send("POST", path, "", "Cookie", cookie).status()).isEqualTo(403);
      server.clock.advance(Duration.ofMinutes(20));
      Answer next = server.send("POST", path, "", "Cookie", cookie, "X-CSRF-Token", csrf);
      assertThat(next.status()).isEqualTo(200);
      assertThat(next.get("csrfToken")).isEqualTo(next.cookie("tapedeck_csrf")).isNotEqualTo(csrf);
      String session = "tapedeck_session=" + next.cookie("tapedeck_session");
      assertThat(server.get("/v1/accounts/me", "Cookie", session).status()).isEqualTo(200);
      server.clock.advance(Duration.ofSeconds(10));
      Answer reused = server.send("POST", path, "", "Cookie", cookie, "X-CSRF-Token", csrf);
      assertThat(reused.status()).isEqualTo(401);
      assertThat(reused.cookies()).hasSize(3).allMatch(line -> line.contains("Max-Age=0"));
    }
  }

  @Test
  void aRefreshCookieWithoutACsrfCookieIsRefused() {
    try (AuthServer server = AuthServer.start(folder)) {
      String path = "/v1/sessions/refresh";
      for (List<String> headers :
          List.of(
              List.of("Cookie", "tapedeck_refresh=tdr_x"),
              List.of("Cookie", "tapedeck_refresh=tdr_x; tapedeck_csrf="),
              List.of("Cookie", "tapedeck_refresh=tdr_x", "X-CSRF-Token", ""),
              List.of("Cookie", "tapedeck_refresh=tdr_x; tapedeck_csrf=a", "X-CSRF-Token", "b"))) {
        Answer refused = server.send("POST", path, "", headers.toArray(String[]::new));
        assertThat(refused.status()).as(headers.toString()).isEqualTo(403);
      }
    }
  }

  @Test
  void signingOutTakesTheCookiesBack() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer in = server.post("/v1/sessions", BY_COOKIE);
      String cookie = "tapedeck_session=" + in.cookie("tapedeck_session");
      Answer out =
          server.send(
              "DELETE",
              "/v1/sessions/current",
              "",
              "Cookie",
              cookie,
              "X-CSRF-Token",
              in.get("csrfToken"));
      assertThat(out.status()).isEqualTo(204);
      assertThat(out.cookies()).hasSize(3).allMatch(line -> line.contains("Max-Age=0"));
      assertThat(server.get("/v1/accounts/me", "Cookie", cookie).status()).isEqualTo(401);
    }
  }

  @Test
  void aDeviceThatSignedInBeforeIsLetInWhileOthersGuess() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      String device =
          "tapedeck_device=" + server.post("/v1/sessions", BY_COOKIE).cookie("tapedeck_device");
      closeAddress(server);
      Answer in = server.post("/v1/sessions", BY_COOKIE, "Cookie", device);
      assertThat(in.status()).isEqualTo(200);
      assertThat(server.pauses).isEmpty();
      assertThat(in.cookie("tapedeck_device"))
          .as("the same, so that guesses on it stay counted")
          .isEqualTo(device.replaceFirst("tapedeck_device=", ""));
      assertThat(server.post("/v1/sessions", BY_COOKIE).status()).isEqualTo(429);
    }
  }

  @Test
  void aDeviceKnowsSeveralAccountsAndGuessesOnItCountToo() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      server.signUp("bob@example.org");
      String both = server.post("/v1/sessions", BY_COOKIE).cookie("tapedeck_device");
      both =
          server
              .post(
                  "/v1/sessions",
                  Map.of("email", "bob@example.org", "password", PASSWORD, "cookie", true),
                  "Cookie",
                  "tapedeck_device=" + both)
              .cookie("tapedeck_device");
      closeAddress(server);
      String device = "tapedeck_device=" + both;
      for (int i = 0; i < 9; i++) {
        Map<String, Object> guess =
            Map.of("email", "ada@example.org", "password", "guess", "cookie", true);
        assertThat(server.post("/v1/sessions", guess, "Cookie", device).status()).isEqualTo(401);
      }
      assertThat(server.pauses).hasSize(4);
      assertThat(server.post("/v1/sessions", BY_COOKIE, "Cookie", device).status()).isEqualTo(429);
    }
  }

  @Test
  void aDeviceIsKnownToItsAccountOnlyAndNoLongerAfterANewPassword() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      server.signUp("eve@example.org");
      String eves =
          server
              .post(
                  "/v1/sessions",
                  Map.of("email", "eve@example.org", "password", PASSWORD, "cookie", true))
              .cookie("tapedeck_device");
      String adas = server.post("/v1/sessions", BY_COOKIE).cookie("tapedeck_device");
      server.auth.accounts().setPassword("ada@example.org", new Secret("a new one for today"));
      closeAddress(server);
      for (String wrong : List.of(eves, adas, "", ".", "device_x.y", "a.b.c.d.e.f.g.h.i.j")) {
        assertThat(
                server
                    .post("/v1/sessions", BY_COOKIE, "Cookie", "tapedeck_device=" + wrong)
                    .status())
            .as(wrong)
            .isEqualTo(429);
      }
    }
  }

  /** Guesses until this address is refused for ada. */
  private static void closeAddress(AuthServer server) {
    for (int i = 0; i < 9; i++) {
      server.signIn("ada@example.org", "guess");
    }
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(429);
    server.pauses.clear();
  }

  @Test
  void whatAnotherSiteCausesIsRefusedWhereCookiesCount() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      String here = server.web.uri().toString().replaceFirst("/$", "");
      for (List<String> foreign :
          List.of(
              List.of("Origin", "https://evil.example"),
              List.of("Origin", "null"),
              List.of("Origin", here + "0"),
              List.of("Origin", here, "Sec-Fetch-Site", "cross-site"),
              List.of("Sec-Fetch-Site", "same-site"))) {
        String[] headers = foreign.toArray(String[]::new);
        assertThat(server.post("/v1/sessions", BY_COOKIE, headers).status())
            .as(foreign.toString())
            .isEqualTo(403);
      }
      Answer in =
          server.post("/v1/sessions", BY_COOKIE, "Origin", here, "Sec-Fetch-Site", "same-origin");
      assertThat(in.status()).isEqualTo(200);
      String[] byCookie = {
        "Cookie",
        "tapedeck_session=" + in.cookie("tapedeck_session"),
        "X-CSRF-Token",
        in.get("csrfToken"),
        "Origin",
        "https://evil.example"
      };
      Answer refused = server.send("DELETE", "/v1/sessions/current", "", byCookie);
      assertThat(refused.get("detail")).contains("another site", "server.behind-proxy");
      assertThat(refused.status()).isEqualTo(403);
      byCookie[5] = here;
      assertThat(server.send("DELETE", "/v1/sessions/current", "", byCookie).status())
          .isEqualTo(204);
    }
  }

  private static String line(Answer answer, String name) {
    return answer.cookies().stream()
        .filter(line -> line.startsWith(name + "="))
        .findFirst()
        .orElseThrow();
  }
}

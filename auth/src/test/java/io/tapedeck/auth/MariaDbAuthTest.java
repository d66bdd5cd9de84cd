package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.contracts.MariaDb;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Json;
import io.tapedeck.sql.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each statement of this room, and its races, on MariaDB. */
class MariaDbAuthTest {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static MariaDb mariaDb;
  private AuthServer server;

  @BeforeAll
  static void startDatabase() {
    mariaDb = MariaDb.start();
  }

  @AfterAll
  static void stopDatabase() {
    if (mariaDb != null) {
      mariaDb.close();
    }
  }

  @BeforeEach
  void start() {
    String schema = "auth" + SCHEMAS.incrementAndGet();
    Secret password = new Secret(MariaDb.USER);
    server = AuthServer.on(Database.mysql(mariaDb.url(schema), MariaDb.USER, password, 8));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void ofManyWhoWantOneEmailOneGetsIt() throws Exception {
    List<Answer> answers = together(12, () -> server.signUp("ada@example.org"));
    assertThat(answers.stream().map(Answer::status))
        .containsOnlyOnce(201)
        .containsOnly(201, 409, 429);
  }

  @Test
  void lettersThatLookAlikeAreDifferentPeople() {
    for (String email : List.of("jorg@b.example", "jörg@b.example", "joerg@b.example")) {
      assertThat(server.signUp(email).status()).isEqualTo(201);
    }
    assertThat(server.signUp("JÖRG@b.example").status()).isEqualTo(409);
    assertThat(server.signIn("jörg@b.example", PASSWORD).get("accessToken")).isNotEmpty();
  }

  @Test
  void ofManyRefreshesAtOnceAllGetTheOneSuccessorAndALateOneEndsTheSession() throws Exception {
    server.signUp("ada@example.org");
    Map<String, String> first = refreshOf(server.signIn("ada@example.org", PASSWORD));
    List<Answer> answers = together(12, () -> server.post("/v1/sessions/refresh", first));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(answers.stream().map(answer -> answer.get("refreshToken")).distinct()).hasSize(1);
    server.clock.advance(Duration.ofMinutes(1));
    assertThat(server.post("/v1/sessions/refresh", first).status()).isEqualTo(401);
    assertThat(server.post("/v1/sessions/refresh", refreshOf(answers.getFirst())).status())
        .isEqualTo(401);
  }

  @Test
  void guessesAtOnceAreCounted() throws Exception {
    List<Answer> answers = together(20, () -> server.signIn("ada@example.org", "guess"));
    assertThat(answers.stream().filter(answer -> answer.status() == 401)).hasSize(9);
    assertThat(answers.stream().filter(answer -> answer.status() == 429)).hasSize(11);
  }

  @Test
  void keysSessionsInvitesAndResetsWork() throws Exception {
    String boss = server.adminBearer("boss@example.org");
    assertThat(server.auth.setupToken()).isEmpty();
    Answer key = server.post("/v1/api-keys", Map.of("name", "ключ 🎧"), "Authorization", boss);
    assertThat(key.status()).isEqualTo(201);
    assertThat(
            server.get("/v1/accounts/me", "Authorization", "Bearer " + key.get("key")).get("role"))
        .isEqualTo("admin");
    Answer listed = server.get("/v1/api-keys", "Authorization", boss);
    assertThat(listed.text()).contains("ключ 🎧").doesNotContain("\"lastUsedAt\":null");
    String odd = "/v1/api-keys/%C3%A9%F0%9F%8E%A7";
    assertThat(server.send("DELETE", odd, "", "Authorization", boss).status()).isEqualTo(404);
    Answer invite = server.post("/v1/invites", Map.of(), "Authorization", boss);
    assertThat(
            server
                .post(
                    "/v1/accounts",
                    Map.of(
                        "email",
                        "ada@example.org",
                        "password",
                        PASSWORD,
                        "invite",
                        invite.get("invite")))
                .status())
        .isEqualTo(201);
    server.post("/v1/password-resets", Map.of("email", "ada@example.org"));
    String link = server.mails.take().link();
    String token = link.substring(link.indexOf('=') + 1);
    assertThat(
            server
                .post("/v1/password-resets/" + token, Map.of("password", "a-second-plum-tart"))
                .status())
        .isEqualTo(204);
    assertThat(server.signIn("ada@example.org", "a-second-plum-tart").status()).isEqualTo(200);
  }

  @Test
  void whatIsOverGoesAndSoDoesWhoLeaves() {
    server.signUp("ada@example.org");
    server.signIn("ada@example.org", PASSWORD);
    server.clock.advance(Duration.ofDays(31));
    String ada = "Bearer " + server.signIn("ada@example.org", PASSWORD).get("accessToken");
    server.auth.tasks().runDue();
    assertThat(rows("sessions")).isEqualTo(1);
    String body = Json.text(Map.of("password", PASSWORD));
    assertThat(server.send("DELETE", "/v1/accounts/me", body, "Authorization", ada).status())
        .isEqualTo(204);
    assertThat(rows("sessions") + rows("refresh_tokens") + rows("accounts")).isZero();
  }

  private int rows(String table) {
    return server.database.read(
        handle -> handle.select("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
  }

  private static Map<String, String> refreshOf(Answer tokens) {
    return Map.of("refreshToken", tokens.get("refreshToken"));
  }

  private static List<Answer> together(int times, Callable<Answer> work) throws Exception {
    List<Answer> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> done : threads.invokeAll(java.util.Collections.nCopies(times, work))) {
        answers.add(done.get());
      }
    }
    return answers;
  }
}

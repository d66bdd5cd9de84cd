package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.contracts.TurnableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
  private static final Duration BEYOND_GRACE = Sessions.GRACE;

  @TempDir private Path folder;
  private final TurnableClock clock = AuthServer.noon();
  private AuthServer server;

  @BeforeEach
  void start() {
    server = AuthServer.start(folder, SignUp.OPEN, clock);
    server.signUp("ada@example.org");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRefreshGivesNewTokensOfTheSameSession() {
    Answer in = signIn();
    clock.advance(Duration.ofMinutes(15));
    assertThat(me(in).get("code")).isEqualTo("token-expired");
    Answer next = refresh(in);
    assertThat(next.status()).isEqualTo(200);
    assertThat(next.get("refreshToken")).isNotEqualTo(in.get("refreshToken"));
    assertThat(me(next).status()).isEqualTo(200);
    assertThat(sessions(next)).hasSize(1);
  }

  @Test
  void aTokenThatComesTwiceEndsTheSessionForEverybody() {
    Answer stolen = signIn();
    Answer other = signIn();
    Answer owner = refresh(stolen);
    clock.advance(BEYOND_GRACE);
    Answer thief = refresh(stolen);
    assertThat(thief.status()).isEqualTo(401);
    assertThat(thief.get("detail")).contains("used before");
    assertThat(refresh(owner).status()).isEqualTo(401);
    assertThat(me(owner).get("code")).isEqualTo("unauthenticated");
    assertThat(me(other).status()).isEqualTo(200);
  }

  @Test
  void aTokenOfLongAgoEndsTheSessionToo() {
    Answer first = signIn();
    Answer here = first;
    for (int i = 0; i < 5; i++) {
      here = refresh(here);
      clock.advance(Duration.ofHours(1));
    }
    assertThat(refresh(first).status()).isEqualTo(401);
    assertThat(refresh(here).status()).isEqualTo(401);
  }

  @Test
  void aSessionThatLivesForDaysKeepsTheTokensOfOneDayOnly() {
    Answer here = signIn();
    for (int i = 0; i < 300; i++) {
      clock.advance(Duration.ofMinutes(15));
      here = refresh(here);
      assertThat(here.status()).isEqualTo(200);
    }
    int kept =
        server.database.read(handle ->
            handle.createQuery("SELECT COUNT(*) FROM refresh_tokens").mapTo(Integer.class).one());
    assertThat(kept).isBetween(24 * 4, 24 * 4 + 2);
  }

  @Test
  void aLostAnswerIsGivenAgainWithinTheGrace() {
    Answer in = signIn();
    Answer lost = refresh(in);
    clock.advance(BEYOND_GRACE.minusMillis(1));
    Answer again = refresh(in);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.get("refreshToken")).isEqualTo(lost.get("refreshToken"));
    assertThat(refresh(again).status()).isEqualTo(200);
  }

  @Test
  void withinTheGraceATokenWhoseSuccessorWasUsedIsFoundOut() {
    Answer stolen = signIn();
    Answer owner = refresh(stolen);
    Answer further = refresh(owner);
    assertThat(further.status()).isEqualTo(200);
    assertThat(refresh(stolen).status()).isEqualTo(401);
    assertThat(refresh(further).status()).isEqualTo(401);
  }

  @Test
  void aThiefInTheGraceIsFoundOutWhenTheSecondOfBothGoesOn() {
    Answer stolen = signIn();
    Answer owner = refresh(stolen);
    Answer thief = refresh(stolen);
    assertThat(thief.status()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(14));
    assertThat(refresh(thief).status()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(1));
    assertThat(refresh(owner).status()).isEqualTo(401);
    assertThat(server.auth.accounts().list()).hasSize(1);
    assertThat(refresh(thief).status()).isEqualTo(401);
  }

  @Test
  void manyRefreshesAtOnceAllGetTheOneSuccessor() throws Exception {
    Answer in = signIn();
    List<Callable<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(() -> refresh(in));
    }
    List<String> tokens = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> done : threads.invokeAll(all)) {
        assertThat(done.get().status()).isEqualTo(200);
        tokens.add(done.get().get("refreshToken"));
      }
    }
    assertThat(tokens.stream().distinct()).hasSize(1);
    clock.advance(BEYOND_GRACE);
    assertThat(refresh(Map.of("refreshToken", tokens.getFirst())).status()).isEqualTo(200);
  }

  @Test
  void aSessionThatIsNotRefreshedEndsAfterThirtyDays() {
    Answer in = signIn();
    clock.advance(Duration.ofDays(29));
    Answer next = refresh(in);
    assertThat(next.status()).isEqualTo(200);
    clock.advance(Duration.ofDays(29));
    Answer later = refresh(next);
    assertThat(later.status()).isEqualTo(200);
    clock.advance(Duration.ofDays(30));
    assertThat(refresh(later).status()).isEqualTo(401);
    Answer fresh = signIn();
    assertThat(sessions(fresh)).hasSize(1);
    server.auth.tasks().runDue();
    assertThat(rows("sessions")).isEqualTo(1);
    assertThat(rows("refresh_tokens")).isEqualTo(1);
  }

  @Test
  void whatIsNoRefreshTokenIsRefused() {
    Answer in = signIn();
    for (String odd : List.of("", "tdr_guess", in.get("accessToken"), "' OR 1=1 --", "\u0000é")) {
      assertThat(refresh(Map.of("refreshToken", odd)).status()).as(odd).isEqualTo(401);
    }
    assertThat(server.send("POST", "/v1/sessions/refresh", "").status()).isEqualTo(401);
    assertThat(server.send("POST", "/v1/sessions/refresh", "{}").status()).isEqualTo(401);
    assertThat(
            server
                .get("/v1/accounts/me", "Authorization", "Bearer " + in.get("refreshToken"))
                .status())
        .isEqualTo(401);
  }

  @Test
  void onlyHashesAreKept() {
    Answer in = signIn();
    List<String> kept =
        server.database.read(handle ->
            handle
                .select("SELECT hash FROM refresh_tokens UNION SELECT next_key FROM sessions")
                .mapTo(String.class)
                .list());
    assertThat(kept).doesNotContain(in.get("refreshToken"), in.get("refreshToken").substring(4));
  }

  @Test
  void sessionsAreListedWithTheProgramAndAddressAndTheOneInUse() {
    signIn();
    clock.advance(Duration.ofMinutes(1));
    Answer here =
        server.post(
            "/v1/sessions",
            Map.of("email", "ada@example.org", "password", PASSWORD),
            "User-Agent",
            "Tape/2 " + "x".repeat(300));
    List<Map<String, Object>> listed = sessions(here);
    assertThat(listed).hasSize(2);
    assertThat(listed.getFirst())
        .containsEntry("address", "127.0.0.1")
        .containsEntry("current", true)
        .containsEntry("createdAt", "2026-05-01T12:01:00Z");
    assertThat(listed.getFirst().get("client").toString()).startsWith("Tape/2").hasSize(200);
    assertThat(listed.getLast()).containsEntry("current", false);
  }

  @Test
  void signingOutEndsTheSessionAtOnce() {
    Answer in = signIn();
    assertThat(delete(in, "current").status()).isEqualTo(204);
    assertThat(me(in).get("code")).isEqualTo("unauthenticated");
    assertThat(refresh(in).status()).isEqualTo(401);
    assertThat(delete(in, "current").status()).isEqualTo(401);
  }

  @Test
  void oneSessionOrAllOthersCanBeEndedFromElsewhere() {
    Answer phone = signIn();
    Answer desk = signIn();
    Answer here = signIn();
    String phoneId =
        sessions(phone).stream()
            .filter(session -> session.get("current").equals(true))
            .map(session -> session.get("id").toString())
            .findFirst()
            .orElseThrow();
    assertThat(delete(here, phoneId).status()).isEqualTo(204);
    assertThat(me(phone).status()).isEqualTo(401);
    assertThat(me(desk).status()).isEqualTo(200);
    assertThat(delete(here, "others").status()).isEqualTo(204);
    assertThat(me(desk).status()).isEqualTo(401);
    assertThat(me(here).status()).isEqualTo(200);
  }

  @Test
  void somebodyElsesSessionIsNotThere() {
    Answer ada = signIn();
    String adaId = sessions(ada).getFirst().get("id").toString();
    server.signUp("eve@example.org");
    Answer eve = server.signIn("eve@example.org", PASSWORD);
    assertThat(delete(eve, adaId).status()).isEqualTo(404);
    assertThat(delete(eve, "ses_%C3%A9").status()).isEqualTo(404);
    assertThat(delete(eve, "%27%20OR%201=1").status()).isEqualTo(404);
    assertThat(me(ada).status()).isEqualTo(200);
    assertThat(sessions(eve)).hasSize(1);
  }

  private int rows(String table) {
    return server.database.read(
        handle -> handle.select("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one());
  }

  private Answer signIn() {
    return server.signIn("ada@example.org", PASSWORD);
  }

  private Answer refresh(Answer tokens) {
    return refresh(Map.of("refreshToken", tokens.get("refreshToken")));
  }

  private Answer refresh(Map<String, String> body) {
    return server.post("/v1/sessions/refresh", body);
  }

  private Answer me(Answer tokens) {
    return server.get("/v1/accounts/me", bearer(tokens));
  }

  private Answer delete(Answer tokens, String session) {
    return server.send("DELETE", "/v1/sessions/" + session, "", bearer(tokens));
  }

  @SuppressWarnings("unchecked") // as the route writes them
  private List<Map<String, Object>> sessions(Answer tokens) {
    return (List<Map<String, Object>>)
        server.get("/v1/sessions", bearer(tokens)).json().get("sessions");
  }

  private static String[] bearer(Answer tokens) {
    return new String[] {"Authorization", "Bearer " + tokens.get("accessToken")};
  }
}

package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignUpTest {
  @TempDir private Path folder;

  @Test
  void fiftyProbesAtOnceLearnNoMoreThanTenInARow() throws Exception {
    try (AuthServer server = AuthServer.start(folder);
        var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      server.signUp("ada@example.org");
      java.util.concurrent.Callable<Integer> probe =
          () -> server.signUp("ada@example.org").status();
      List<Integer> statuses =
          threads.invokeAll(java.util.Collections.nCopies(50, probe)).stream()
              .map(java.util.concurrent.Future::resultNow)
              .toList();
      assertThat(statuses.stream().filter(status -> status == 409)).hasSize(10);
      assertThat(statuses.stream().filter(status -> status == 429)).hasSize(40);
    }
  }

  @Test
  void whoSignsUpCanSignInAndSeesTheirAccount() {
    try (AuthServer server = AuthServer.start(folder)) {
      Answer made = server.signUp("Ada@Example.ORG ");
      assertThat(made.status()).isEqualTo(201);
      assertThat(made.get("email")).isEqualTo("ada@example.org");
      assertThat(made.get("role")).isEqualTo("user");
      assertThat(made.get("createdAt")).isEqualTo("2026-05-01T12:00:00Z");
      assertThat(made.text()).doesNotContain("argon2", PASSWORD);
      String token = server.signIn(" ADA@example.org", PASSWORD).get("accessToken");
      Answer me = server.get("/v1/accounts/me", "Authorization", "Bearer " + token);
      assertThat(me.json()).isEqualTo(made.json());
    }
  }

  @Test
  void theLanguageIsTheOneSentOrTheOneTheBrowserPrefers() {
    try (AuthServer server = AuthServer.start(folder)) {
      assertThat(signUp(server, "a@b.it", Map.of(), "fr, it-CH;q=0.8, en;q=0.5").get("language"))
          .isEqualTo("it");
      assertThat(signUp(server, "b@b.it", Map.of("language", "en"), "it").get("language"))
          .isEqualTo("en");
      assertThat(signUp(server, "c@b.it", Map.of(), "xx;;;broken").get("language")).isEqualTo("en");
      assertThat(signUp(server, "d@b.it", Map.of("language", "tlh"), "it").status()).isEqualTo(400);
    }
  }

  @Test
  void anEmailHasOneAccountHoweverItIsWritten() {
    try (AuthServer server = AuthServer.start(folder)) {
      assertThat(server.signUp("jörg@münchen.example").status()).isEqualTo(201);
      for (String same :
          List.of(
              "JÖRG@MÜNCHEN.example",
              "jo\u0308rg@xn--mnchen-3ya.example",
              " jörg@münchen.EXAMPLE")) {
        Answer second = server.signUp(same);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.get("code")).isEqualTo("email-taken");
      }
      assertThat(server.signUp("jorg@münchen.example").status()).isEqualTo(201);
    }
  }

  @Test
  void twentyAtOnceForOneEmailMakeOneAccount() throws Exception {
    try (AuthServer server = AuthServer.start(folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(() -> server.signUp("ada@example.org").status());
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> done : threads.invokeAll(all)) {
        statuses.add(done.get());
      }
      assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409, 429);
      assertThat(statuses.stream().filter(status -> status == 409)).hasSize(10);
      assertThat(server.auth.accounts().list()).hasSize(1);
    }
  }

  @Test
  void whatIsNoEmailOrNoPasswordIsRefused() {
    try (AuthServer server = AuthServer.start(folder)) {
      assertThat(server.signUp("nobody").get("code")).isEqualTo("bad-request");
      assertThat(server.signUp("a@b.example\r\nBcc: all@c.example").status()).isEqualTo(400);
      assertThat(server.post("/v1/accounts", Map.of("email", "a@b.c")).status()).isEqualTo(400);
      assertThat(server.post("/v1/accounts", Map.of("password", PASSWORD)).status()).isEqualTo(400);
      assertThat(server.send("POST", "/v1/accounts", "[]").status()).isEqualTo(400);
      Answer weak = server.post("/v1/accounts", Map.of("email", "a@b.c", "password", "Password1!"));
      assertThat(weak.status()).isEqualTo(422);
      assertThat(weak.get("code")).isEqualTo("weak-password");
      assertThat(server.auth.accounts().list()).isEmpty();
    }
  }

  @Test
  void sqlInAnEmailOrPasswordIsOnlyText() {
    try (AuthServer server = AuthServer.start(folder)) {
      String quote = "o'brien'--@example.org";
      String password = "'; DROP TABLE accounts; --";
      assertThat(server.post("/v1/accounts", Map.of("email", quote, "password", password)).status())
          .isEqualTo(201);
      assertThat(server.signIn(quote, password).status()).isEqualTo(200);
      assertThat(server.signIn("' OR '1'='1", "' OR '1'='1").status()).isEqualTo(401);
      assertThat(server.signIn("x' UNION SELECT 1,2 --@example.org", PASSWORD).status())
          .isEqualTo(401);
      assertThat(server.auth.accounts().list()).hasSize(1);
    }
  }

  @Test
  void aClosedServerLetsNobodySignUp() {
    try (AuthServer server = AuthServer.start(folder, SignUp.CLOSED, AuthServer.noon())) {
      // Told before anybody fills a form.
      assertThat(server.get("/v1/sign-up").get("signUp")).isEqualTo("closed");
      Answer refused = server.signUp("ada@example.org");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.get("code")).isEqualTo("sign-up-closed");
      String admin = server.adminBearer("boss@example.org");
      assertThat(server.post("/v1/invites", Map.of(), "Authorization", admin).get("code"))
          .isEqualTo("sign-up-closed");
      // Who may not sign up learns nothing of who has.
      assertThat(server.signUp("boss@example.org").get("code")).isEqualTo("sign-up-closed");
    }
  }

  @Test
  void whatAnAdministratorSwitchedIsToldAndHolds() {
    try (AuthServer server = AuthServer.start(folder, SignUp.CLOSED, AuthServer.noon())) {
      server.auth.signUpSwitch().set(Optional.of(SignUp.OPEN));
      assertThat(server.get("/v1/sign-up").get("signUp")).isEqualTo("open");
      assertThat(server.signUp("ada@example.org").status()).isEqualTo(201);
      server.auth.signUpSwitch().set(Optional.empty());
      assertThat(server.get("/v1/sign-up").get("signUp")).isEqualTo("closed");
      assertThat(server.signUp("bob@example.org").status()).isEqualTo(403);
    }
  }

  @Test
  void anInvitationIsGoodOnce() {
    try (AuthServer server = AuthServer.start(folder, SignUp.INVITE, AuthServer.noon())) {
      assertThat(server.signUp("ada@example.org").get("code")).isEqualTo("invite-required");
      String admin = server.adminBearer("boss@example.org");
      Answer invite = server.post("/v1/invites", Map.of(), "Authorization", admin);
      assertThat(invite.status()).isEqualTo(201);
      assertThat(invite.get("url"))
          .isEqualTo("https://sound.example/base/#invite=" + invite.get("invite"));
      Map<String, String> ticket = Map.of("invite", invite.get("invite"));
      assertThat(signUp(server, "boss@example.org", ticket, "en").get("code"))
          .isEqualTo("email-taken");
      assertThat(signUp(server, "ada@example.org", ticket, "en").status()).isEqualTo(201);
      assertThat(signUp(server, "eve@example.org", ticket, "en").get("code"))
          .isEqualTo("link-expired");
      assertThat(signUp(server, "eve@example.org", Map.of("invite", "tdi_guess"), "en").status())
          .isEqualTo(403);
    }
  }

  @Test
  void anInvitationForOneEmailServesNoOtherAndEndsAfterAWeek() {
    TurnableClock clock = AuthServer.noon();
    try (AuthServer server = AuthServer.start(folder, SignUp.INVITE, clock)) {
      String admin = server.adminBearer("boss@example.org");
      Map<String, String> ticket =
          Map.of(
              "invite",
              server
                  .post(
                      "/v1/invites",
                      Map.of("email", "Ada@example.org", "role", "admin"),
                      "Authorization",
                      admin)
                  .get("invite"));
      assertThat(signUp(server, "eve@example.org", ticket, "en").status()).isEqualTo(403);
      clock.advance(Duration.ofDays(7));
      assertThat(signUp(server, "ada@example.org", ticket, "en").status()).isEqualTo(403);
      clock.advance(Duration.ofDays(-1));
      assertThat(signUp(server, "ada@example.org", ticket, "en").get("role")).isEqualTo("admin");
    }
  }

  @Test
  void onlyAdministratorsInvite() {
    try (AuthServer server = AuthServer.start(folder)) {
      String user = server.bearer("ada@example.org");
      assertThat(server.post("/v1/invites", Map.of(), "Authorization", user).status())
          .isEqualTo(403);
      assertThat(server.post("/v1/invites", Map.of()).status()).isEqualTo(401);
      String admin = server.adminBearer("boss@example.org");
      Map<String, String> odd = Map.of("role", "owner");
      assertThat(server.post("/v1/invites", odd, "Authorization", admin).status()).isEqualTo(400);
    }
  }

  @Test
  void theSetupTokenMakesTheFirstAdministratorAndNoSecond() {
    try (AuthServer server = AuthServer.start(folder, SignUp.CLOSED, AuthServer.noon())) {
      String first = server.auth.setupToken().orElseThrow().reveal();
      String again = server.auth.setupToken().orElseThrow().reveal();
      Answer boss = signUp(server, "boss@example.org", Map.of("setupToken", first), "en");
      assertThat(boss.status()).isEqualTo(201);
      assertThat(boss.get("role")).isEqualTo("admin");
      for (String token : List.of(first, again, "tds_guess")) {
        assertThat(signUp(server, "eve@example.org", Map.of("setupToken", token), "en").get("code"))
            .isEqualTo("link-expired");
      }
      assertThat(server.auth.setupToken()).isEmpty();
    }
  }

  @Test
  void theFirstToSignUpIsNoAdministratorAndASetupTokenIsNoInvitation() {
    try (AuthServer server = AuthServer.start(folder)) {
      String setup = server.auth.setupToken().orElseThrow().reveal();
      assertThat(signUp(server, "ada@example.org", Map.of("invite", setup), "en").get("role"))
          .isEqualTo("user");
      server.adminBearer("boss@example.org");
      assertThat(signUp(server, "eve@example.org", Map.of("setupToken", setup), "en").status())
          .isEqualTo(403);
    }
  }

  @Test
  void whoAsksForMoreAndMoreTakenEmailsIsSlowedDown() {
    TurnableClock clock = AuthServer.noon();
    try (AuthServer server = AuthServer.start(folder, SignUp.OPEN, clock)) {
      server.signUp("ada@example.org");
      for (int i = 0; i < 10; i++) {
        assertThat(server.signUp("ada@example.org").get("code")).isEqualTo("email-taken");
      }
      Answer refused = server.signUp("ada@example.org");
      assertThat(refused.get("code")).isEqualTo("rate-limited");
      assertThat(refused.whole().headers().firstValue("retry-after")).contains("1");
      clock.advance(Duration.ofSeconds(1));
      assertThat(server.signUp("bob@example.org").status()).isEqualTo(201);
    }
  }

  @Test
  void anAddressThatMakesAThousandAccountsIsSlowedDown() {
    TurnableClock clock = AuthServer.noon();
    try (AuthServer server = AuthServer.start(folder, SignUp.OPEN, clock)) {
      Attempts attempts = new Attempts(server.database, clock);
      var made =
          Attempts.Limit.oneByOne(
              "accounts from 127.0.0.1", 1000, Duration.ofHours(1), Duration.ofDays(1));
      for (int i = 0; i < 999; i++) {
        attempts.take(Code.RATE_LIMITED, List.of(made), Duration.ZERO);
      }
      assertThat(server.signUp("ada@example.org").status()).isEqualTo(201);
      assertThat(server.signUp("bob@example.org").get("code")).isEqualTo("rate-limited");
      clock.advance(Duration.ofSeconds(1));
      assertThat(server.signUp("bob@example.org").status()).isEqualTo(201);
    }
  }

  private static Answer signUp(
      AuthServer server, String email, Map<String, String> more, String accept) {
    Map<String, String> body = new java.util.HashMap<>(more);
    body.put("email", email);
    body.put("password", PASSWORD);
    return server.post("/v1/accounts", body, "Accept-Language", accept);
  }
}

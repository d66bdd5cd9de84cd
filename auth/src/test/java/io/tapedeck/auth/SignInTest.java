package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.passwords.PasswordHashes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInTest {
  @TempDir private Path folder;

  @Test
  void aSignInGivesTokensForAQuarterOfAnHour() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer in = server.signIn("ada@example.org", PASSWORD);
      assertThat(in.status()).isEqualTo(200);
      assertThat(in.json().keySet())
          .containsExactlyInAnyOrder("accessToken", "refreshToken", "expiresIn", "tokenType");
      assertThat(in.get("expiresIn")).isEqualTo("900");
      assertThat(in.get("tokenType")).isEqualTo("Bearer");
      assertThat(in.cookies()).isEmpty();
      assertThat(in.whole().headers().firstValue("cache-control")).contains("no-store");
      var principal = server.auth.identity().verify(new Secret(in.get("accessToken")));
      assertThat(principal.role()).isEqualTo(Role.USER);
      server.clock.advance(Duration.ofMinutes(15));
      Answer late =
          server.get("/v1/accounts/me", "Authorization", "Bearer " + in.get("accessToken"));
      assertThat(late.get("code")).isEqualTo("token-expired");
    }
  }

  @Test
  void basicWorksForSessionsAndAtTheTutorialsLogin() {
    try (AuthServer server = AuthServer.start(folder)) {
      String odd = "größe:mit:Doppelpunkt";
      server.post("/v1/accounts", Map.of("email", "ada@example.org", "password", odd));
      String header = AuthServer.basic("ada@example.org", odd);
      assertThat(server.send("POST", "/v1/sessions", "", "Authorization", header).status())
          .isEqualTo(200);
      Answer login = server.send("POST", "/login", "", "Authorization", header);
      assertThat(login.status()).isEqualTo(200);
      assertThat(login.whole().headers().firstValue("content-type"))
          .contains("text/plain; charset=utf-8");
      assertThat(
              server.get("/v1/accounts/me", "Authorization", "Bearer " + login.text()).get("email"))
          .isEqualTo("ada@example.org");
      assertThat(server.get("/v1/accounts/me", "Authorization", header).status()).isEqualTo(401);
    }
  }

  @Test
  void aBasicHeaderThatCannotBeReadIsRefused() {
    try (AuthServer server = AuthServer.start(folder)) {
      assertThat(server.send("POST", "/login", "").status()).isEqualTo(401);
      for (String odd : List.of("Basic !!!", "Basic bm9jb2xvbg==", "Basic ")) {
        assertThat(server.send("POST", "/login", "", "Authorization", odd).status())
            .isBetween(400, 401);
      }
      assertThat(server.send("POST", "/v1/sessions", "").status()).isEqualTo(400);
      assertThat(server.post("/v1/sessions", Map.of("email", "a@b.c")).status()).isEqualTo(400);
    }
  }

  @Test
  void anUnknownNameAndAWrongPasswordCostTheSameAndSayTheSame() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Answer wrong = server.signIn("ada@example.org", "wrong-password");
      for (String email :
          List.of("bob@example.org", "no e-mail at all", "", "x".repeat(5000) + "@example.org")) {
        long before = server.auth.hashes().computations();
        Answer unknown = server.signIn(email, "wrong-password");
        assertThat(server.auth.hashes().computations() - before).as(email).isEqualTo(1);
        assertThat(unknown.status()).isEqualTo(wrong.status()).isEqualTo(401);
        assertThat(unknown.get("code")).isEqualTo(wrong.get("code")).isEqualTo("bad-credentials");
        assertThat(unknown.get("detail")).isEqualTo(wrong.get("detail"));
      }
      long before = server.auth.hashes().computations();
      server.signIn("ada@example.org", "wrong-password");
      server.signIn("ada@example.org", "x".repeat(7_000));
      server.signIn("ada@example.org", "");
      assertThat(server.auth.hashes().computations() - before).isEqualTo(3);
    }
  }

  @Test
  void eachAnswerSaysHowManyFreeAttemptsAreLeft() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      assertThat(rate(server.signIn("ada@example.org", "a guess"))).isEqualTo("4;t=0");
      assertThat(rate(server.signIn("nobody@example.org", "a guess"))).isEqualTo("4;t=0");
      assertThat(rate(server.signIn("ada@example.org", PASSWORD))).isEqualTo("5;t=0");
      guess(server, "ada@example.org", 4);
      assertThat(rate(server.signIn("ada@example.org", "a guess"))).isEqualTo("0;t=1");
      guess(server, "ada@example.org", 4);
      Answer refused = server.signIn("ada@example.org", "a guess");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(rate(refused))
          .isEqualTo("0;t=" + refused.whole().headers().firstValue("retry-after").orElseThrow());
    }
  }

  /** What is left, and the seconds to wait. */
  private static String rate(Answer answer) {
    assertThat(answer.whole().headers().firstValue("ratelimit-policy"))
        .contains("\"sign-in\";q=5;w=86400");
    return answer
        .whole()
        .headers()
        .firstValue("ratelimit")
        .orElseThrow()
        .replaceFirst("^\"sign-in\";r=", "");
  }

  @Test
  void theSixthGuessWaitsAndEachFurtherOneTwiceAsLongUntilItIsRefused() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      guess(server, "ada@example.org", 9);
      assertThat(server.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L);
      long hashed = server.auth.hashes().computations();
      Answer locked = server.signIn("ada@example.org", PASSWORD);
      assertThat(locked.status()).isEqualTo(429);
      assertThat(locked.get("code")).isEqualTo("locked-out");
      assertThat(locked.whole().headers().firstValue("retry-after")).contains("16");
      assertThat(server.auth.hashes().computations()).isEqualTo(hashed);
      assertThat(server.refusalPauses).containsExactly(Duration.ofSeconds(1));
      for (int seconds : List.of(16, 32, 64, 128, 256, 512, 900, 900)) {
        server.clock.advance(
            Duration.ofSeconds(seconds).minus(Credentials.PATIENCE).minusMillis(1));
        assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(429);
        server.clock.advance(Duration.ofMillis(1));
        assertThat(server.signIn("ada@example.org", "guess").status()).isEqualTo(401);
      }
      server.clock.advance(Duration.ofMinutes(15));
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
      server.clock.advance(Duration.ofHours(1)); // what counts from everywhere is forgotten
      server.pauses.clear();
      guess(server, "ada@example.org", 5);
      assertThat(server.pauses).isEmpty();
    }
  }

  @Test
  void theRightPasswordWaitsLikeAGuessAndIsLetIn() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      guess(server, "ada@example.org", 7);
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
      assertThat(server.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
    }
  }

  @Test
  void guessesFromEverywhereDoNotKeepTheOwnerOut() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      for (int i = 0; i < 40; i++) {
        for (int j = 0; j < 5; j++) {
          assertThat(refusedFrom("203.0.113." + i, server, "ada@example.org"))
              .isEqualTo("bad-credentials");
        }
      }
      assertThat(server.pauses).hasSize(180).last().isEqualTo(Credentials.PATIENCE);
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
      assertThat(server.pauses).hasSize(181);
    }
  }

  @Test
  void oneGuesserDoesNotCloseTheAddressOfManyPeople() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      for (int i = 0; i < 250; i++) {
        assertThat(server.signIn("person" + i + "@example.org", "guess").status()).isEqualTo(401);
      }
      assertThat(server.pauses).hasSize(150);
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
      assertThat(server.pauses).hasSize(151).last().isEqualTo(Credentials.PATIENCE);
    }
  }

  @Test
  void aHundredAndFiftyGuessesAtOnceCountLikeAsManyInARow() throws Exception {
    try (AuthServer server = AuthServer.start(folder)) {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        String email = "person" + i + "@example.org";
        all.add(() -> server.signIn(email, "guess").status());
      }
      assertThat(together(all)).hasSize(150).containsOnly(401);
      assertThat(server.pauses).hasSize(50);
    }
  }

  @Test
  void anUnknownNameIsLockedOutLikeAKnownOne() {
    try (AuthServer server = AuthServer.start(folder)) {
      guess(server, "nobody@example.org", 9);
      assertThat(server.pauses).hasSize(4);
      assertThat(server.signIn("nobody@example.org", "guess").get("code")).isEqualTo("locked-out");
    }
  }

  @Test
  void aRestartForgivesNothingAndADayForgivesAll() {
    TurnableClock clock = AuthServer.noon();
    try (AuthServer server = AuthServer.start(folder, SignUp.OPEN, clock)) {
      server.signUp("ada@example.org");
      guess(server, "ada@example.org", 9);
    }
    try (AuthServer server = AuthServer.start(folder, SignUp.OPEN, clock)) {
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(429);
      clock.advance(Duration.ofDays(1));
      guess(server, "ada@example.org", 5);
    }
  }

  @Test
  void guessesFromOneAddressDoNotLockTheOwnerOutElsewhere() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      guess(server, "ada@example.org", 9);
      assertThat(
              server
                  .auth
                  .identity()
                  .signIn("ada@example.org", new Secret(PASSWORD), "2001:db8::7")
                  .reveal())
          .isNotEmpty();
    }
  }

  @Test
  void fiftyGuessesAtOnceGetNoFurtherThanAsManyInARow() throws Exception {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(() -> server.signIn("ada@example.org", "guess").status());
      }
      List<Integer> statuses = together(all);
      assertThat(statuses.stream().filter(status -> status == 401)).hasSize(9);
      assertThat(statuses.stream().filter(status -> status == 429)).hasSize(41);
    }
  }

  @Test
  void ninetyPeopleWhoSignInAtOnceAreAllAnswered() throws Exception {
    try (AuthServer server = AuthServer.start(folder)) {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 90; i++) {
        String email = "person" + i + "@example.org";
        all.add(() -> server.signIn(email, PASSWORD).status());
      }
      // The test's JVM has 512 MiB; ninety hashes side by side would take 1700.
      assertThat(together(all)).hasSize(90).containsOnly(401);
      assertThat(server.auth.hashes().computations()).isEqualTo(90);
    }
  }

  @Test
  void onePersonsManyProgramsSignInAtOnce() throws Exception {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Callable<Integer> signIn = () -> server.signIn("ada@example.org", PASSWORD).status();
      assertThat(together(java.util.Collections.nCopies(20, signIn))).hasSize(20).containsOnly(200);
    }
  }

  @Test
  void aHashOfOldParametersIsMadeAnewAtTheNextSignIn() {
    try (AuthServer server = AuthServer.start(folder)) {
      server.signUp("ada@example.org");
      Argon2Function weak = Argon2Function.getInstance(1024, 1, 1, 32, Argon2.ID, 19);
      byte[] salt = new byte[16];
      byte[] bytes = PASSWORD.getBytes(StandardCharsets.UTF_8);
      String old = weak.hash(bytes, salt).getResult();
      server.database.write(handle -> handle.execute("UPDATE accounts SET password = ?", old));
      assertThat(server.signIn("ada@example.org", "guess").status()).isEqualTo(401);
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
      String now =
          server.database.read(
              handle -> handle.select("SELECT password FROM accounts").mapTo(String.class).one());
      assertThat(PasswordHashes.isOutdated(now)).isFalse();
      assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(200);
    }
  }

  private static String refusedFrom(String address, AuthServer server, String email) {
    try {
      server.auth.identity().signIn(email, new Secret("guess"), address);
      return "let in";
    } catch (Refusal refusal) {
      return refusal.code().wire();
    }
  }

  private static List<Integer> together(List<Callable<Integer>> all) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> done : threads.invokeAll(all)) {
        results.add(done.get());
      }
      return results;
    }
  }

  private static void guess(AuthServer server, String email, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(server.signIn(email, "guess").status()).isEqualTo(401);
    }
  }
}

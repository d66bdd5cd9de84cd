package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.auth.AuthServer.Mail;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PasswordResetTest {
  private static final String NEW = "a-second-plum-tart";

  @TempDir private Path folder;
  private final TurnableClock clock = AuthServer.noon();
  private AuthServer server;

  @BeforeEach
  void start() {
    server = AuthServer.start(folder, SignUp.OPEN, clock);
    server.post(
        "/v1/accounts", Map.of("email", "ada@example.org", "password", PASSWORD, "language", "it"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theMailSetsANewPasswordAndEndsAllSessions() throws Exception {
    String old = server.signIn("ada@example.org", PASSWORD).get("accessToken");
    Mail mail = ask("ADA@example.org");
    assertThat(mail.to().email()).isEqualTo("ada@example.org");
    assertThat(mail.to().language()).isEqualTo(Locale.ITALIAN);
    assertThat(mail.link()).startsWith("https://sound.example/base/#reset=tdp_");
    assertThat(reset(mail, NEW).status()).isEqualTo(204);
    assertThat(server.get("/v1/accounts/me", "Authorization", "Bearer " + old).status())
        .isEqualTo(401);
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(401);
    assertThat(server.signIn("ada@example.org", NEW).status()).isEqualTo(200);
  }

  @Test
  void aMailIsGoodOnceAndTakesTheOthersWithIt() throws Exception {
    Mail first = ask("ada@example.org");
    Mail second = ask("ada@example.org");
    assertThat(reset(first, NEW).status()).isEqualTo(204);
    assertThat(reset(first, "a-third-plum-tart").get("code")).isEqualTo("link-expired");
    assertThat(reset(second, "a-third-plum-tart").get("code")).isEqualTo("link-expired");
  }

  @Test
  void aMailIsGoodForAnHour() throws Exception {
    Mail mail = ask("ada@example.org");
    clock.advance(Duration.ofHours(1));
    assertThat(reset(mail, NEW).get("code")).isEqualTo("link-expired");
    clock.advance(Duration.ofMillis(-1));
    assertThat(reset(mail, NEW).status()).isEqualTo(204);
  }

  @Test
  void aRefusedPasswordDoesNotUseTheMailUp() throws Exception {
    Mail mail = ask("ada@example.org");
    assertThat(reset(mail, "short").get("code")).isEqualTo("weak-password");
    assertThat(reset(mail, NEW).status()).isEqualTo(204);
  }

  @Test
  void ofManyAtOnceOneUsesTheMail() throws Exception {
    Mail mail = ask("ada@example.org");
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String password = NEW + i;
      all.add(() -> reset(mail, password).status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> done : threads.invokeAll(all)) {
        statuses.add(done.get());
      }
    }
    assertThat(statuses).containsOnlyOnce(204).containsOnly(204, 403);
  }

  @Test
  void everyEmailGetsTheSameAnswer() throws Exception {
    Answer known = server.post("/v1/password-resets", Map.of("email", "ada@example.org"));
    assertThat(known.status()).isEqualTo(202);
    for (String email : List.of("nobody@example.org", "no e-mail", "", "' OR 1=1 --")) {
      Answer unknown = server.post("/v1/password-resets", Map.of("email", email));
      assertThat(unknown.status()).isEqualTo(202);
      assertThat(unknown.text()).isEqualTo(known.text());
      assertThat(unknown.whole().headers().map().keySet())
          .isEqualTo(known.whole().headers().map().keySet());
    }
    assertThat(server.post("/v1/password-resets", Map.of()).text()).isEqualTo(known.text());
    assertThat(mail().to().email()).isEqualTo("ada@example.org");
    server.auth.close(); // waits for all that is being written
    assertThat(server.mails).isEmpty();
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // else it would hang
  void theAnswerDoesNotWaitForTheMail() throws Exception {
    CountDownLatch mayGoOn = new CountDownLatch(1);
    CountDownLatch writing = new CountDownLatch(1);
    ResetMailer slow =
        (to, link) -> {
          writing.countDown();
          try {
            mayGoOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        };
    try (Auth auth =
        Auth.open(
            server.database,
            AuthSettings.of(SignUp.OPEN, () -> server.web.uri()),
            slow,
            account -> {},
            clock)) {
      auth.parts().resets().ask("ada@example.org", "192.0.2.1");
      assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
      mayGoOn.countDown();
    }
  }

  @Test
  void theLinkNeverPointsWhereTheRequestSays() throws Exception {
    try (AuthServer believing = AuthServer.mounted(folder.resolve("proxied"), "/x")) {
      believing.signUp("ada@example.org");
      Answer asked =
          believing.post(
              "/v1/password-resets",
              Map.of("email", "ada@example.org"),
              "X-Forwarded-Host",
              "evil.example",
              "Origin",
              "https://evil.example");
      assertThat(asked.status()).isEqualTo(202);
      Mail mail = believing.mails.poll(30, TimeUnit.SECONDS);
      assertThat(mail.link()).startsWith("https://sound.example/base/#reset=");
    }
  }

  @Test
  void aMailboxIsNotFilledAndAnAddressDoesNotAskWithoutEnd() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(server.post("/v1/password-resets", Map.of("email", "ada@example.org")).status())
          .isEqualTo(202);
    }
    assertThat(server.post("/v1/password-resets", Map.of("email", "bob@example.org")).get("code"))
        .isEqualTo("rate-limited");
    server.auth.close();
    assertThat(server.mails).hasSizeBetween(1, 3);
  }

  @Test
  void whoHasTheMailIsNotLockedOut() throws Exception {
    for (int i = 0; i < 9; i++) {
      server.signIn("ada@example.org", "guess");
    }
    assertThat(server.signIn("ada@example.org", PASSWORD).status()).isEqualTo(429);
    assertThat(reset(ask("ada@example.org"), NEW).status()).isEqualTo(204);
    assertThat(server.signIn("ada@example.org", NEW).status()).isEqualTo(200);
  }

  @Test
  void aTokenThatNobodyWroteIsRefused() {
    for (String token : List.of("tdp_guess", "%27%20OR%201=1", "%C3%A9", "x".repeat(3000))) {
      Answer refused = server.post("/v1/password-resets/" + token, Map.of("password", NEW));
      assertThat(refused.get("code")).isEqualTo("link-expired");
    }
  }

  @Test
  void onlyTheHashOfTheTokenIsKept() throws Exception {
    Mail mail = ask("ada@example.org");
    String token = mail.link().substring(mail.link().indexOf('=') + 1);
    List<String> kept =
        server.database.read(
            handle -> handle.select("SELECT hash FROM password_resets").mapTo(String.class).list());
    assertThat(kept).containsExactly(Token.hash(new Secret(token)));
  }

  private Mail ask(String email) throws InterruptedException {
    assertThat(server.post("/v1/password-resets", Map.of("email", email)).status()).isEqualTo(202);
    return mail();
  }

  private Mail mail() throws InterruptedException {
    Mail mail = server.mails.poll(30, TimeUnit.SECONDS);
    assertThat(mail).isNotNull();
    return mail;
  }

  private Answer reset(Mail mail, String password) {
    String token = mail.link().substring(mail.link().indexOf('=') + 1);
    return server.post("/v1/password-resets/" + token, Map.of("password", password));
  }
}

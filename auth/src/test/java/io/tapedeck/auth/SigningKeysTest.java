package io.tapedeck.auth;

import static io.tapedeck.auth.AuthServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.AuthServer.Answer;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Component;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.KeySeal;
import io.tapedeck.identity.KeySet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {
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
  void whoHasOnlyThePublishedKeysCanVerifyTokens() {
    Answer keys = server.get("/.well-known/jwks.json");
    assertThat(keys.whole().headers().firstValue("content-type"))
        .contains("application/jwk-set+json");
    assertThat(keys.text()).contains("\"ES256\"", "\"P-256\"").doesNotContain("\"d\"");
    Jwt.Verifier elsewhere = new Jwt.Verifier(Auth.REALM, () -> KeySet.read(keys.text()), clock);
    Jwt jwt = elsewhere.verify(token());
    assertThat(jwt.claims()).containsEntry("role", "user").containsKey("sid");
  }

  @Test
  void withASecretKeysAreSealedInTheDatabaseAlsoThoseOfBefore() {
    Secret token = token();
    assertThat(stored()).contains("\"d\"");
    KeySeal seal = new KeySeal(Optional.of(new Secret("a".repeat(32))));
    for (int i = 0; i < 2; i++) {
      try (Auth sealed = open(seal)) {
        assertThat(sealed.identity().verify(token)).isNotNull();
        assertThat(stored()).startsWith("sealed:").doesNotContain("\"d\"");
      }
    }
    for (KeySeal wrong :
        List.of(
            new KeySeal(Optional.empty()), new KeySeal(Optional.of(new Secret("b".repeat(32)))))) {
      try (Auth closed = open(wrong)) {
        assertThat(closed.check())
            .isInstanceOfSatisfying(
                Component.Health.Down.class,
                down -> assertThat(down.reason()).contains("accounts.key-secret"));
      }
    }
  }

  private Auth open(KeySeal seal) {
    return Auth.open(
        server.database,
        AuthSettings.of(SignUp.OPEN, () -> server.web.uri()).sealedBy(seal),
        (to, link) -> true,
        account -> {},
        clock);
  }

  private String stored() {
    return server.database.read(
        handle -> handle.select("SELECT jwk FROM signing_keys").mapTo(String.class).one());
  }

  @Test
  void aNewKeyIsPublishedFirstAndSignsTwoMinutesLater() {
    Secret before = token();
    clock.advance(Duration.ofMinutes(5));
    server.auth.rotateKeys();
    assertThat(published()).hasSize(2);
    assertThat(kid(token())).isEqualTo(kid(before));
    clock.advance(SigningKeys.PUBLISHED_AHEAD);
    Secret after = token();
    assertThat(kid(after)).isNotEqualTo(kid(before));
    assertThat(server.auth.identity().verify(before))
        .isEqualTo(server.auth.identity().verify(after));
  }

  @Test
  void anOldKeyStaysUntilItsLastTokenHasExpired() {
    token();
    clock.advance(Duration.ofMinutes(5));
    server.auth.rotateKeys();
    clock.advance(SigningKeys.PUBLISHED_AHEAD.minusMillis(1));
    Secret last = token();
    clock.advance(Duration.ofMinutes(15).minusSeconds(1));
    assertThat(server.auth.identity().verify(last)).isNotNull();
    clock.advance(Duration.ofMinutes(6));
    token();
    clock.advance(Duration.ofMinutes(1));
    token();
    assertThat(published()).hasSize(1);
  }

  @Test
  void keysAreReplacedAfterThirtyDaysByThemselves() {
    String first = kid(token());
    clock.advance(Duration.ofDays(30));
    assertThat(kid(token())).isEqualTo(first);
    clock.advance(Duration.ofMinutes(1));
    token();
    assertThat(published()).hasSize(2);
    clock.advance(Duration.ofMinutes(2));
    assertThat(kid(token())).isNotEqualTo(first);
  }

  @Test
  void aRestartKeepsTheKeysAndAReplicaLearnsThem() {
    Secret before = token();
    try (Auth replica =
        Auth.open(
            server.database,
            AuthSettings.of(SignUp.OPEN, () -> server.web.uri()),
            (to, link) -> true,
            account -> {},
            clock)) {
      assertThat(replica.identity().verify(before)).isNotNull();
      clock.advance(Duration.ofMinutes(5));
      replica.rotateKeys();
      clock.advance(SigningKeys.PUBLISHED_AHEAD);
      String email = "ada@example.org";
      Secret theirs = replica.identity().signIn(email, new Secret(PASSWORD), "192.0.2.1");
      assertThat(kid(theirs)).isNotEqualTo(kid(before));
      assertThat(server.auth.identity().verify(theirs)).isNotNull();
    }
  }

  private Secret token() {
    return new Secret(server.signIn("ada@example.org", PASSWORD).get("accessToken"));
  }

  private List<?> published() {
    return (List<?>) server.get("/.well-known/jwks.json").json().get("keys");
  }

  private static String kid(Secret token) {
    String header = token.reveal().substring(0, token.reveal().indexOf('.'));
    return new String(
        java.util.Base64.getUrlDecoder().decode(header), java.nio.charset.StandardCharsets.UTF_8);
  }
}

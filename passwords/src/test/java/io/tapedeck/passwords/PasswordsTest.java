package io.tapedeck.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
  private static final String ADA = "ada.lovelace@example.org";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plum-tart-for-nine",
        "ten chars!",
        "пароль-из-слов",
        "🎧🎷🎹🥁🎸🎻🎺🪕📻🎼",
        "password-is-not-it",
        "' OR '1'='1' --",
        "\u0000\u0001\u0002\u0003\u0004abcdef"
      })
  void aPasswordNobodyGuessesIsAccepted(String password) {
    assertThatCode(() -> PasswordRules.checked(new Secret(password), ADA))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nine-char",
        "🎧🎷🎹🥁🎸🎻🎺🪕📻",
        "Password2026!",
        "password1234",
        "P@ssw0rd!!",
        "1234567890",
        "0987654321",
        "12345678901234567890",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "qwertyuiop",
        "Qwertyuiop1",
        "correcthorsebatterystaple",
        "ada.lovelace@example.org",
        "ADA.LOVELACE",
        "ada.lovelace1815",
        "Tapedeck2026"
      })
  void oneThatIsGuessedFirstIsNot(String password) {
    assertThatThrownBy(() -> PasswordRules.checked(new Secret(password), ADA))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(Code.WEAK_PASSWORD))
        .message()
        .satisfies(text -> {
          if (!password.isEmpty()) {
            assertThat(text).doesNotContain(password);
          }
        });
  }

  @Test
  void lengthIsCountedInCharactersAfterNormalisation() {
    String longest = "abcd".repeat(256);
    assertThatCode(() -> PasswordRules.checked(new Secret(longest), ADA))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> PasswordRules.checked(new Secret(longest + "e"), ADA))
        .hasMessageContaining("1025");
    // Five letters, each with a mark of its own, are five characters.
    assertThatThrownBy(
            () -> PasswordRules.checked(new Secret("a\u0308o\u0308u\u0308e\u0301i\u0301"), ADA))
        .hasMessageContaining("5 characters");
  }

  @Test
  void theSameLettersAreTheSamePasswordHoweverTheyAreTyped() {
    try (PasswordHashes hashes = new PasswordHashes()) {
      String hash = hashes.hash(new Secret("größe-über-alles"));
      assertThat(hashes.matches(new Secret("gro\u0308ße-u\u0308ber-alles"), Optional.of(hash)))
          .isTrue();
      assertThat(hashes.matches(new Secret("grosse-uber-alles"), Optional.of(hash))).isFalse();
    }
  }

  @Test
  void aPasswordIsComparedToItsLastByte() {
    try (PasswordHashes hashes = new PasswordHashes()) {
      String start = "x".repeat(80);
      String hash = hashes.hash(new Secret(start + "a"));
      assertThat(hashes.matches(new Secret(start + "b"), Optional.of(hash))).isFalse();
      assertThat(hashes.matches(new Secret(start), Optional.of(hash))).isFalse();
      assertThat(hashes.matches(new Secret(start + "a"), Optional.of(hash))).isTrue();
    }
  }

  @Test
  void hashesAreSaltedAndNameTheParametersOfOwasp() {
    try (PasswordHashes hashes = new PasswordHashes()) {
      Secret password = new Secret("plum-tart-for-nine");
      String hash = hashes.hash(password);
      assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").hasSizeLessThan(120);
      assertThat(hashes.hash(password)).isNotEqualTo(hash);
      assertThat(hashes.matches(password, Optional.empty())).isFalse();
      assertThat(hashes.computations()).isEqualTo(3);
    }
  }
}

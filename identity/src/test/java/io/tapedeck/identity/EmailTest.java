package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
  @ParameterizedTest
  @CsvSource({
    "ada@example.org, ada@example.org",
    "' Ada@Example.ORG\t', ada@example.org",
    "o'brien+tape@sub.example.co.uk, o'brien+tape@sub.example.co.uk",
    "root@localhost, root@localhost",
    "jo\u0308rg@münchen.example, jörg@xn--mnchen-3ya.example",
    "почта@пример.рф, почта@xn--e1afmkfd.xn--p1ai",
    "用户@例え.jp, 用户@xn--r8jz45g.jp",
    "x@xn--r8jz45g.jp, x@xn--r8jz45g.jp",
  })
  void anAddressIsKeptInOneForm(String text, String kept) {
    assertThat(Email.parse(text)).contains(new Email(kept));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "a da@example.org",
        "ada@exa mple.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org,eve@example.org",
        "Ada <ada@example.org>",
        "\"ada\"@example.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@.example.org",
        "ada@example.org.",
        ".ada@example.org",
        "ada.@example.org",
        "a..da@example.org",
        "ada@[127.0.0.1]",
        "ada\u0000@example.org",
        "ada@exa_mple.org",
        "a\u202Eda@example.org"
      })
  void whatIsNoneIsNone(String text) {
    assertThat(Email.parse(text)).isEmpty();
  }

  @Test
  void anAddressHasAtMost254Characters() {
    String domain = "@" + "d".repeat(63) + "." + "d".repeat(63) + "." + "d".repeat(57) + ".org";
    assertThat(Email.parse("a".repeat(64) + domain)).isPresent();
    assertThat(Email.parse("a".repeat(65) + domain)).isEmpty();
    assertThat(Email.parse("a".repeat(64) + domain + "x")).isEmpty();
    assertThat(Email.parse("a@" + "x".repeat(1_000_000))).isEmpty();
    assertThat(Email.parse(null)).isEmpty();
  }

  @Test
  void onlyANormalisedAddressIsAnEmail() {
    assertThatThrownBy(() -> new Email("ada")).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Email("ada@example.org").local()).isEqualTo("ada");
  }
}

package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.fuzzing.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as an e-mail address. */
class EmailFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            "anna@example.org",
            " J\u00fcrgen.O'N+x@B\u00fccher.example ",
            "a@xn--bcher-kva.de",
            "\u0391@\u5c71.jp")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) {
    Email.parse(new String(bytes, StandardCharsets.UTF_8))
        .ifPresent(email -> {
          assertThat(email.value()).doesNotContainAnyWhitespaces().hasSizeLessThan(255);
          assertThat(email.value().chars()).noneMatch(c -> Character.isISOControl(c) || c == ',');
          assertThat(Email.parse(email.value())).as("normalised").contains(email);
        });
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.fuzzing.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a signed token, and as a set of keys. */
class TokenFuzzTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Jwt.Realm REALM = new Jwt.Realm("tapedeck", "test");
  private static final SigningKey KEY = SigningKey.generate();
  private static final KeySet KEYS = KeySet.of(List.of(KEY));
  private static final String TOKEN =
      new Jwt.Signer(REALM, () -> KEY, CLOCK)
          .sign("acc", Duration.ofHours(1), Map.of("session", "s"))
          .reveal();

  static Stream<byte[]> seeds() {
    return Stream.of(
            TOKEN,
            KEYS.json(),
            "eyJhbGciOiJub25lIn0.e30.",
            "eyJhbGciOiJFUzI1NiIsImtpZCI6W119.e30.AA")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      Jwt jwt = new Jwt.Verifier(REALM, () -> KEYS, CLOCK).verify(new Secret(text));
      assertThat(jwt.subject()).as("only our own token is genuine").isEqualTo("acc");
    } catch (Refusal expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

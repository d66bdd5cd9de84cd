package io.tapedeck.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.core.Refusal;
import io.tapedeck.fuzzing.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a settings file, and as the values in it. */
class SettingsFuzzTest {
  private static final Path FILE = file();

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzzed", ".yaml");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "port: 8080\nmail: {host: x, port: 25}\nlimits:\n  file: 2 GiB\n  list: [a, 1, null]\n",
            "a: &a {b: 1}\nc: *a\nd: {? e : f}\n\"g\": 0x1F\nh: !!str 2026-01-01\n",
            "a: &a {b: *a}",
            "a: &a [1, [*a]]")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFileThatHasNoEndIsRefused() {
    for (String text : List.of("a: &a {b: *a}", "[".repeat(30_000), doubled(22))) {
      assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no list of settings");
    }
  }

  /** Each map holds the next one twice, so the last one is there 2^depth times. */
  private static String doubled(int depth) {
    StringBuilder text = new StringBuilder("m0: &m0 {a: 1}\n");
    for (int i = 1; i <= depth; i++) {
      text.append("m%1$d: &m%1$d {x: *m%2$d, y: *m%2$d}\n".formatted(i, i - 1));
    }
    return text.toString();
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    try {
      Map<String, String> read = read(bytes);
      Values values = new Values(Map.of(), Map.of(), read, "tapedeck.yaml");
      read.forEach((key, text) -> {
        values.size(key, "1 MB", "");
        values.time(key, "1s", "");
        values.number(key, 1, 0, 9, "");
        values.path(key, "a", "");
        values.flag(key, true, "");
      });
      assertThat(values.usageErrors()).allSatisfy(e -> assertThat(e.remedy()).isNotBlank());
    } catch (Refusal expected) {
      assertThat(expected).hasMessageContaining("fuzzed");
    }
  }

  private static Map<String, String> read(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    return SettingsFile.find(Optional.of(FILE), FILE).values();
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

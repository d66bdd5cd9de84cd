package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The page in a real browser against the real server: {@code web/e2e/run.mjs}, one test here for
 * each there. Without a browser or node there is nothing to see, and it says so.
 */
class PageTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  @TestFactory
  Stream<DynamicTest> thePage() throws Exception {
    List<String> said = run();
    List<DynamicTest> tests = new ArrayList<>();
    for (int at = 0; at < said.size(); at++) {
      String line = said.get(at);
      if (line.startsWith("PASSED ")) {
        tests.add(DynamicTest.dynamicTest(line.substring(7), () -> {}));
      } else if (line.startsWith("FAILED ")) {
        String why = String.join("\n", said.subList(at, Math.min(said.size(), at + 25)));
        tests.add(
            DynamicTest.dynamicTest(
                line.substring(7),
                () -> {
                  throw new AssertionError(why);
                }));
      }
    }
    String end = said.isEmpty() ? "" : said.getLast();
    tests.add(
        DynamicTest.dynamicTest(
            "all of it ran",
            () -> {
              assumeThat(end).as(end).doesNotStartWith("skipped:");
              assertThat(end).matches("page: [1-9]\\d* passed, \\d+ failed");
            }));
    return tests.stream();
  }

  private static List<String> run() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("node", PROJECT.resolve("web/e2e/run.mjs").toString())
            .redirectErrorStream(true);
    builder.environment().put("PAGE_REPORT", "all");
    builder.environment().put("PAGE_SERVER", String.join("\n", server()));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return List.of("skipped: no node here: " + e.getMessage());
    }
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      return out.lines().toList();
    } finally {
      process.destroy();
    }
  }

  /**
   * The server on this class path, as the launcher starts it; compiled only lightly, since none
   * runs for long.
   */
  private static List<String> server() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "io.tapedeck.app.Main");
  }
}

package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log of each role says of a broker that goes away and comes back. */
class BrokerRestartTest {
  /** Gone, back, and what was under way just then. */
  private static final int LINES = 12;

  @TempDir Path folder;

  @Test
  void aRestartOfTheBrokerIsAFewLinesInEachLogAndNoTrace() throws Exception {
    Path clip = Media.video(folder.resolve("clip.mp4"), 1);
    try (Cluster cluster =
        Cluster.start(folder.resolve("cluster"), Map.of("TAPEDECK_ACCOUNTS_SIGN_UP", "open"))) {
      Api api = new Api(cluster.uri()).signUp("ada@example.org");
      assertThat(Api.state(api.ended(Api.id(api.convert(clip))))).isEqualTo("ready");
      Map<String, Integer> before = new TreeMap<>();
      Cluster.NODES.keySet().forEach(name -> before.put(name, cluster.node(name).said().size()));

      cluster.broker().kill();
      String meanwhile = new Submission(api, clip, "meanwhile.mp4", false).untilAccepted();
      cluster.broker().restart();

      assertThat(Api.state(api.ended(meanwhile))).isEqualTo("ready");
      before.keySet().forEach(name -> awaitBack(cluster.node(name)));
      before.forEach((name, lines) -> {
        List<String> said = cluster.node(name).said();
        List<String> since = said.subList(lines, said.size());
        assertThat(since)
            .as(name)
            .hasSizeLessThanOrEqualTo(LINES)
            .noneMatch(line -> line.startsWith("\tat "))
            .anyMatch(line -> line.contains("RabbitMQ is away"))
            .anyMatch(BrokerRestartTest::isBack);
      });
    }
  }

  private static void awaitBack(ServerProcess node) {
    for (int i = 0; i < 6000 && node.said().stream().noneMatch(BrokerRestartTest::isBack); i++) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static boolean isBack(String line) {
    return line.contains("RabbitMQ is back");
  }
}

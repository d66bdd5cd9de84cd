package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of {@code dev/chaos} that lasts two minutes. */
class StormTest {
  @TempDir Path folder;

  @Test
  void whateverFailsInAClusterEveryAcceptedVideoBecomesOneMp3AndOneMail() throws Exception {
    Storm.Plan plan = new Storm.Plan(60, 120, new Random().nextInt(1_000_000));
    ChaosReport report = Storm.run(plan, folder);
    assertThat(report.broken()).as("%s%n%s", plan, report.table()).isEmpty();
  }
}

package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code dev/chaos --local}. */
class ChaosTest {
  @TempDir Path folder;

  @Test
  void whateverIsKilledEveryAcceptedVideoBecomesOneMp3AndOneMail() throws Exception {
    Chaos.Plan plan = new Chaos.Plan(30, 3, new Random().nextInt(1_000_000));
    ChaosReport report = Chaos.run(plan, folder);
    assertThat(report.broken()).as("%s%n%s", plan, report.table()).isEmpty();
  }
}

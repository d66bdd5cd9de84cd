package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of dev/attack: whoever attacks, an honest user is served. */
class AttackTest {
  @Test
  @Timeout(300)
  void anHonestUserIsServedWhateverStrangersDo(@TempDir Path folder) throws Exception {
    List<Attack.Outcome> told = new ArrayList<>();
    List<Attack.Outcome> outcomes =
        Attack.run(folder, new Attack.Plan(Duration.ofSeconds(2), 10, ""), told::add);

    assertThat(outcomes).hasSizeGreaterThan(10).isEqualTo(told);
    long quiet = outcomes.getFirst().files();
    assertThat(outcomes)
        .allSatisfy(outcome -> {
          assertThat(outcome.successes()).as(outcome.attack()).isEqualTo(outcome.tries());
          assertThat(outcome.files()).as(outcome.attack()).isLessThanOrEqualTo(quiet + quiet / 5);
        });
  }
}

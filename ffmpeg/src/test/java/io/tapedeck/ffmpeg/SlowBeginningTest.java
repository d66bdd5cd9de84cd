package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A child that works and works before its output begins. */
@DisabledOnOs(OS.WINDOWS)
class SlowBeginningTest {
  private static Child child(String script) throws Exception {
    return new Child(
        new ProcessBuilder("sh", "-c", script).start(), line -> {}, Duration.ofMillis(50));
  }

  @Test
  void aChildThatWorksOnItsInputWithoutEndIsEndedAndRefusedWithARemedy() throws Exception {
    try (Child child = child("while :; do :; done")) {
      assertThat(child.output().readAllBytes()).isEmpty();
      assertThatThrownBy(child::await)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("takes ffmpeg more than")
          .hasMessageContaining("-map_metadata -1");
    }
  }

  @Test
  void aChildWhoseOutputHasBegunMayWorkOn() throws Exception {
    try (Child child =
        child("echo audio; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo more")) {
      assertThat(child.output().readAllBytes()).asString().isEqualTo("audio\nmore\n");
      assertThat(child.await()).isZero();
    }
  }
}

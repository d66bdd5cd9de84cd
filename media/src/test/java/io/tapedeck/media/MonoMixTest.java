package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonoMixTest {
  @Test
  void theMeanOfBothSidesComesOut() throws Exception {
    MonoMix mix = new MonoMix(LimiterTest.blocks(new float[] {1, 0, .5f, -.5f, .2f, .4f}, 2, 2));
    assertThat(LimiterTest.all(mix)).containsExactly(.5f, 0, (.2f + .4f) / 2);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, LEFT",
    "0, 0.001, RIGHT",
    "0.5, 0.001, LEFT",
    "0.5, 0.005, BOTH",
    "0.5, -0.5, OPPOSED",
    "0.5, -0.45, OPPOSED",
    "0.5, -0.2, BOTH",
    "0, 0, BOTH",
    "NaN, 0.5, RIGHT"
  })
  void aSilentSideAndOpposedSidesAreFound(float left, float right, MonoMix.Sides sides)
      throws Exception {
    float[] samples = new float[2_000];
    for (int i = 0; i < 1_000; i++) {
      samples[2 * i] = left * (float) Math.sin(i);
      samples[2 * i + 1] = right * (float) Math.sin(i);
    }
    MonoMix mix = new MonoMix(LimiterTest.blocks(samples, 2, 64));
    LimiterTest.all(mix);
    assertThat(mix.sides()).isEqualTo(sides);
  }
}

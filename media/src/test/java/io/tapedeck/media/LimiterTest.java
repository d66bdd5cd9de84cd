package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimiterTest {
  private static final int RATE = 8_000;

  @Test
  void audioBelowFullScalePassesUnchangedWithItsTimes() throws Exception {
    float[] quiet = noise(5_000, 1f);
    BufferedPcm source = blocks(quiet, 1, 480);
    assertThat(limited(source, 1)).containsExactly(quiet);
    Limiter limiter = new Limiter(blocks(quiet, 1, 480), RATE, 1);
    assertThat(limiter.millis()).isZero();
    assertThat(limiter.next()).isTrue();
    assertThat(limiter.millis()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40, 41, 1_024, 100_000})
  void nothingPassesFullScaleWhateverTheBlocks(int block) throws Exception {
    float[] out = limited(blocks(noise(20_000, 3f), 2, block), 2);
    assertThat(out).hasSize(20_000);
    for (float sample : out) {
      assertThat(Math.abs(sample)).isLessThanOrEqualTo(1.000001f);
    }
  }

  @Test
  void theBlocksMakeNoDifference() throws Exception {
    float[] loud = noise(6_000, 2f);
    assertThat(limited(blocks(loud, 2, 10), 2)).containsExactly(limited(blocks(loud, 2, 999), 2));
  }

  @Test
  void aPeakLowersOnlyWhatIsNearIt() throws Exception {
    float[] steady = new float[RATE * 2];
    java.util.Arrays.fill(steady, 0.5f);
    steady[RATE / 2] = 4;
    float[] out = limited(blocks(steady, 1, 512), 1);
    assertThat(out[RATE / 2]).isBetween(0.9f, 1.000001f);
    assertThat(out[RATE / 2 - RATE / 200]).isEqualTo(0.5f);
    assertThat(out[RATE / 2 - 5]).isLessThan(0.2f);
    assertThat(out[RATE / 2 + RATE / 2]).isGreaterThan(0.499f);
    assertThat(out[out.length - 1]).isEqualTo(0.5f);
  }

  private static float[] noise(int samples, float level) {
    Random random = new Random(7);
    float[] made = new float[samples];
    for (int i = 0; i < samples; i++) {
      made[i] = (random.nextFloat() * 2 - 1) * level;
    }
    return made;
  }

  static BufferedPcm blocks(float[] samples, int channels, int frames) {
    BufferedPcm pcm = new BufferedPcm();
    int size = frames * channels;
    for (int from = 0, i = 0; from < samples.length; from += size, i++) {
      int count = Math.min(size, samples.length - from);
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(samples, from, count);
      pcm.add(i, bytes.array(), 4 * count);
    }
    return pcm;
  }

  private static float[] limited(Pcm source, int channels) throws IOException {
    return all(new Limiter(source, RATE, channels));
  }

  static float[] all(Pcm pcm) throws IOException {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    do {
      bytes.write(pcm.bytes(), 0, pcm.length());
    } while (pcm.next());
    float[] samples = new float[bytes.size() / 4];
    ByteBuffer.wrap(bytes.toByteArray())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(samples);
    return samples;
  }
}

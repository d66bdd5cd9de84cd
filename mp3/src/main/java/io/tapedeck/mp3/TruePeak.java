package io.tapedeck.mp3;

import java.util.Arrays;

/**
 * The largest value between the samples of one channel, by four times oversampling (BS.1770-4 annex
 * 2). Blocks that cannot hold a new peak are not oversampled: the filter never gains more than its
 * coefficients add up to.
 */
final class TruePeak {
  private static final int TAPS = 12;
  private static final int HISTORY = TAPS - 1;
  private static final float[][] PHASES = phases();
  private static final float GAIN = gain();

  private float[] line = new float[HISTORY];
  private float[] sum = new float[0];
  private float peak;

  float peak() {
    return peak;
  }

  static float largest(float[] samples, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(samples[i]));
    }
    return largest;
  }

  /** Takes samples as what comes before. */
  void remember(float[] samples, int count) {
    fit(count);
    System.arraycopy(samples, 0, line, HISTORY, count);
    System.arraycopy(line, count, line, 0, HISTORY);
  }

  void measure(float[] samples, int count) {
    fit(count);
    System.arraycopy(samples, 0, line, HISTORY, count);
    if (largest(line, HISTORY + count) * GAIN > peak) {
      for (float[] phase : PHASES) {
        oversample(phase, count);
      }
    }
    System.arraycopy(line, count, line, 0, HISTORY);
  }

  void add(TruePeak next) {
    peak = Math.max(peak, next.peak);
  }

  /** Tap by tap over the whole block, so that the compiler can do eight samples at once. */
  private void oversample(float[] phase, int count) {
    float[] x = line;
    float[] y = sum;
    Arrays.fill(y, 0, count, 0);
    for (int tap = 0; tap < TAPS; tap += 4) {
      float h0 = phase[tap];
      float h1 = phase[tap + 1];
      float h2 = phase[tap + 2];
      float h3 = phase[tap + 3];
      for (int i = 0; i < count; i++) {
        y[i] += h0 * x[i + tap] + h1 * x[i + tap + 1] + h2 * x[i + tap + 2] + h3 * x[i + tap + 3];
      }
    }
    peak = Math.max(peak, largest(y, count));
  }

  private void fit(int count) {
    if (line.length < HISTORY + count) {
      line = Arrays.copyOf(line, HISTORY + count);
      sum = new float[count];
    }
  }

  /** The three places between two samples: a sinc under a Hann window, gain one at zero hertz. */
  private static float[][] phases() {
    float[][] phases = new float[3][TAPS];
    for (int phase = 0; phase < 3; phase++) {
      double total = 0;
      double[] exact = new double[TAPS];
      for (int tap = 0; tap < TAPS; tap++) {
        double x = tap - HISTORY / 2 - (phase + 1) / 4.0;
        double window = 0.5 + 0.5 * Math.cos(Math.PI * x / (TAPS / 2 + 0.5));
        exact[tap] = Math.sin(Math.PI * x) / (Math.PI * x) * window;
        total += exact[tap];
      }
      for (int tap = 0; tap < TAPS; tap++) {
        phases[phase][tap] = (float) (exact[tap] / total);
      }
    }
    return phases;
  }

  private static float gain() {
    float gain = 0;
    for (float[] phase : PHASES) {
      float sum = 0;
      for (float tap : phase) {
        sum += Math.abs(tap);
      }
      gain = Math.max(gain, sum);
    }
    return gain;
  }
}

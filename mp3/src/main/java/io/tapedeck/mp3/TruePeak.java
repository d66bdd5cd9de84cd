package io.tapedeck.mp3;

/**
 * The largest value between the samples of one channel, by four times oversampling (BS.1770-4 annex
 * 2). That is done only around samples that are large enough for a new peak: the filter never gains
 * more than its coefficients add up to.
 */
final class TruePeak {
  private static final int TAPS = 12;
  private static final int HISTORY = TAPS - 1;

  /** Samples oversampled together. */
  private static final int PIECE = 64;

  private static final float[][] PHASES = phases();
  private static final float GAIN = gain();

  private final float[] line = new float[HISTORY + Block.SIZE];
  private float peak;

  float peak() {
    return peak;
  }

  /** Nothing up to this is of interest: there is a sample as large. */
  void exceed(float known) {
    peak = Math.max(peak, known);
  }

  /** Takes samples as what comes before. */
  void remember(float[] samples, int from, int count) {
    System.arraycopy(samples, from, line, HISTORY, count);
    System.arraycopy(line, count, line, 0, HISTORY);
  }

  void measure(float[] samples, int from, int count) {
    System.arraycopy(samples, from, line, HISTORY, count);
    float enough = peak / GAIN;
    int done = 0;
    for (int at = 0; at < count + HISTORY; at++) {
      if (Math.abs(line[at]) > enough) {
        int until = Math.min(at + PIECE, count);
        oversample(Math.max(done, at - HISTORY), until);
        enough = peak / GAIN;
        done = until;
        at = Math.max(at, done - 1);
      }
    }
    System.arraycopy(line, count, line, 0, HISTORY);
  }

  private void oversample(int from, int until) {
    for (float[] phase : PHASES) {
      peak = Math.max(peak, between(line, phase, from, until));
    }
  }

  /** Written out, so that the compiler can do many samples at once. */
  private static float between(float[] x, float[] h, int from, int until) {
    float h0 = h[0];
    float h1 = h[1];
    float h2 = h[2];
    float h3 = h[3];
    float h4 = h[4];
    float h5 = h[5];
    float h6 = h[6];
    float h7 = h[7];
    float h8 = h[8];
    float h9 = h[9];
    float h10 = h[10];
    float h11 = h[11];
    float largest = 0;
    for (int i = from; i < until; i++) {
      float y = h0 * x[i] + h1 * x[i + 1] + h2 * x[i + 2] + h3 * x[i + 3];
      y += h4 * x[i + 4] + h5 * x[i + 5] + h6 * x[i + 6] + h7 * x[i + 7];
      y += h8 * x[i + 8] + h9 * x[i + 9] + h10 * x[i + 10] + h11 * x[i + 11];
      largest = Math.max(largest, Math.abs(y));
    }
    return largest;
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

package io.tapedeck.mp3;

/**
 * The largest value between the samples of one channel, by four times oversampling (BS.1770-4 annex
 * 2). Only the samples around a possible new peak are oversampled: the gain of the filter is never
 * more than the sum of its absolute coefficients.
 */
final class TruePeak {
  private static final int TAPS = 12;
  private static final int HISTORY = TAPS - 1;

  /** Samples that are oversampled together. */
  private static final int PIECE = 128;

  private static final int HALF = TAPS / 2;

  /**
   * The filter for the point a quarter behind a sample mirrors the filter for three quarters
   * behind. So both are the sum and the difference of one symmetric and one antisymmetric filter,
   * and each of these needs half the products. The filter for the point halfway is symmetric.
   */
  private static final float[] SYMMETRIC = new float[HALF];

  private static final float[] ANTISYMMETRIC = new float[HALF];
  private static final float[] HALFWAY = new float[HALF];

  /** The largest output of a filter for samples up to one. */
  private static final float GAIN;

  static {
    double[] quarter = place(0.25);
    double[] halfway = place(0.5);
    double most = 0;
    double mostHalfway = 0;
    for (int tap = 0; tap < HALF; tap++) {
      double mirrored = quarter[HISTORY - tap];
      SYMMETRIC[tap] = (float) ((quarter[tap] + mirrored) / 2);
      ANTISYMMETRIC[tap] = (float) ((quarter[tap] - mirrored) / 2);
      HALFWAY[tap] = (float) halfway[tap];
      most += Math.abs(quarter[tap]) + Math.abs(mirrored);
      mostHalfway += 2 * Math.abs(halfway[tap]);
    }
    GAIN = (float) Math.max(most, mostHalfway);
  }

  private final float[] line = new float[HISTORY + SampleBuffer.SIZE];
  private float peak;

  float peak() {
    return peak;
  }

  /** Raises the peak to a sample value that is already known; smaller peaks do not matter. */
  void exceed(float known) {
    peak = Math.max(peak, known);
  }

  /** Stores samples as the history of those that follow. */
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
    peak = Math.max(peak, between(line, from, until));
  }

  /** Unrolled for speed: for a constant tone, this is the largest part of the work here. */
  private static float between(float[] x, int from, int until) {
    float[] even = SYMMETRIC;
    float[] odd = ANTISYMMETRIC;
    float[] half = HALFWAY;
    float largest = 0;
    for (int i = from; i < until; i++) {
      float s = x[i] + x[i + 11];
      float d = x[i] - x[i + 11];
      float e = even[0] * s;
      float o = odd[0] * d;
      float h = half[0] * s;
      s = x[i + 1] + x[i + 10];
      d = x[i + 1] - x[i + 10];
      e += even[1] * s;
      o += odd[1] * d;
      h += half[1] * s;
      s = x[i + 2] + x[i + 9];
      d = x[i + 2] - x[i + 9];
      e += even[2] * s;
      o += odd[2] * d;
      h += half[2] * s;
      s = x[i + 3] + x[i + 8];
      d = x[i + 3] - x[i + 8];
      e += even[3] * s;
      o += odd[3] * d;
      h += half[3] * s;
      s = x[i + 4] + x[i + 7];
      d = x[i + 4] - x[i + 7];
      e += even[4] * s;
      o += odd[4] * d;
      h += half[4] * s;
      s = x[i + 5] + x[i + 6];
      d = x[i + 5] - x[i + 6];
      e += even[5] * s;
      o += odd[5] * d;
      h += half[5] * s;
      float larger = Math.abs(e) + Math.abs(o); // of e + o and e - o
      if (larger > largest) {
        largest = larger;
      }
      if (Math.abs(h) > largest) {
        largest = Math.abs(h);
      }
    }
    return largest;
  }

  /**
   * The filter for a point between two samples: a sinc under a Hann window, gain one at zero hertz.
   */
  private static double[] place(double behind) {
    double[] taps = new double[TAPS];
    double total = 0;
    for (int tap = 0; tap < TAPS; tap++) {
      double x = tap - HISTORY / 2 - behind;
      double window = 0.5 + 0.5 * Math.cos(Math.PI * x / (TAPS / 2 + 0.5));
      taps[tap] = Math.sin(Math.PI * x) / (Math.PI * x) * window;
      total += taps[tap];
    }
    for (int tap = 0; tap < TAPS; tap++) {
      taps[tap] /= total;
    }
    return taps;
  }
}

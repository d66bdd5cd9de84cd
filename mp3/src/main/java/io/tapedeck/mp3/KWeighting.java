package io.tapedeck.mp3;

/**
 * The filter that imitates hearing: a shelving filter for the head, then a high pass (BS.1770-4
 * annex 1).
 */
final class KWeighting {
  private final double b0;
  private final double b1;
  private final double b2;
  private final double a1;
  private final double a2;
  private final double c1;
  private final double c2;

  /** Two delay values for each of the two filters and each of two channels. */
  private final double[] state = new double[8];

  /**
   * The standard gives coefficients for 48 kHz; these constants are of the analogue filters behind
   * them.
   */
  KWeighting(int sampleRate) {
    double k = Math.tan(Math.PI * 1681.974450955533 / sampleRate);
    double q = 0.7071752369554196;
    double high = Math.pow(10, 3.999843853973347 / 20);
    double band = Math.pow(high, 0.4996667741545416);
    double a0 = 1 + k / q + k * k;
    b0 = (high + band * k / q + k * k) / a0;
    b1 = 2 * (k * k - high) / a0;
    b2 = (high - band * k / q + k * k) / a0;
    a1 = 2 * (k * k - 1) / a0;
    a2 = (1 - k / q + k * k) / a0;
    double l = Math.tan(Math.PI * 38.13547087602444 / sampleRate);
    double p = 0.5003270373238773;
    double c0 = 1 + l / p + l * l;
    c1 = 2 * (l * l - 1) / c0;
    c2 = (1 - l / p + l * l) / c0;
  }

  /** Filters samples of one channel and returns the sum of the squared results. */
  double energy(float[] samples, int from, int count) {
    return energy(samples, samples, from, count) / 2;
  }

  /** The same for two channels at once: the processor computes one while it waits for the other. */
  double energy(float[] left, float[] right, int from, int count) {
    double r1 = state[0];
    double r2 = state[1];
    double u1 = state[2];
    double u2 = state[3];
    double v1 = state[4];
    double v2 = state[5];
    double w1 = state[6];
    double w2 = state[7];
    double sum = 0;
    double other = 0;
    for (int i = from; i < from + count; i++) {
      double x = left[i];
      double a = right[i];
      double y = b0 * x + r1;
      double b = b0 * a + v1;
      r1 = b1 * x - a1 * y + r2;
      v1 = b1 * a - a1 * b + v2;
      r2 = b2 * x - a2 * y;
      v2 = b2 * a - a2 * b;
      double z = y + u1;
      double c = b + w1;
      u1 = -2 * y - c1 * z + u2;
      w1 = -2 * b - c1 * c + w2;
      u2 = y - c2 * z;
      w2 = b - c2 * c;
      sum += z * z;
      other += c * c;
    }
    state[0] = r1;
    state[1] = r2;
    state[2] = u1;
    state[3] = u2;
    state[4] = v1;
    state[5] = v2;
    state[6] = w1;
    state[7] = w2;
    return sum + other;
  }
}

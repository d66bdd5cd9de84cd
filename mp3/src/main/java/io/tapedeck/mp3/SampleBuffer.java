package io.tapedeck.mp3;

/** A reusable buffer of samples, channel by channel and in LAME's scale. */
final class SampleBuffer {
  /** Samples it can hold, per channel. */
  static final int SIZE = 1152;

  /** LAME's floats have the range of 16-bit samples. */
  static final float FULL_SCALE = 32768;

  final float[] left = new float[SIZE];

  /** Unused for a single channel. */
  final float[] right = new float[SIZE];

  private int count;

  /** Samples in it, per channel. */
  int count() {
    return count;
  }

  /**
   * Takes interleaved samples.
   *
   * @param from the first sample, counted per channel
   * @param samples at most {@link #SIZE}, per channel
   */
  void take(float[] pcm, int from, int samples, int channels) {
    count = samples;
    if (channels == 1) {
      for (int i = 0; i < samples; i++) {
        left[i] = pcm[from + i] * FULL_SCALE;
      }
    } else {
      for (int i = 0; i < samples; i++) {
        left[i] = pcm[2 * (from + i)] * FULL_SCALE;
        right[i] = pcm[2 * (from + i) + 1] * FULL_SCALE;
      }
    }
  }

  /** The largest absolute value; none of the values may be NaN. */
  static float largest(float[] values, int from, int until) {
    float largest = 0;
    for (int i = from; i < until; i++) {
      float value = Math.abs(values[i]);
      if (value > largest) { // a branch is predicted; Math.max would wait for the last result
        largest = value;
      }
    }
    return largest;
  }
}

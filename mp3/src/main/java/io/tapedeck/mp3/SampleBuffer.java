package io.tapedeck.mp3;

/** Some samples, channel by channel and in LAME's scale. Used again and again. */
final class SampleBuffer {
  /** Samples it can hold, per channel. */
  static final int SIZE = 1152;

  /** LAME's floats go to that of a 16 bit sample. */
  static final float FULL_SCALE = 32768;

  final float[] left = new float[SIZE];

  /** Empty of a single channel. */
  final float[] right = new float[SIZE];

  private int count;

  /** Samples in it, per channel. */
  int count() {
    return count;
  }

  /**
   * Takes interleaved samples.
   *
   * @param from the first, counted per channel
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

  /** The largest of some values, none of which may be no number, whatever their sign. */
  static float largest(float[] values, int from, int until) {
    float largest = 0;
    for (int i = from; i < until; i++) {
      float value = Math.abs(values[i]);
      if (value > largest) { // a branch is predicted; Math.max would wait for the one before
        largest = value;
      }
    }
    return largest;
  }
}

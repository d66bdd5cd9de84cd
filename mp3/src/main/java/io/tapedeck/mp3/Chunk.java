package io.tapedeck.mp3;

/**
 * Samples for one encoder.
 *
 * @param index 0, 1, 2 …
 * @param pcm interleaved
 * @param samples valid in it, per channel
 * @param last whether the audio ends in it
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes, not copied, never compared
record Chunk(int index, float[] pcm, int samples, boolean last) {
  /** Four times full scale (+12 dB): decoders overshoot, and LAME must not get more than this. */
  private static final float LOUDEST = 4;

  /** Clips too large samples and replaces NaN by silence, in place. */
  void clean(int channels) {
    int end = samples * channels;
    for (int i = 0; i < end; i++) {
      float sample = pcm[i];
      if (!(Math.abs(sample) <= LOUDEST)) {
        pcm[i] = Float.isNaN(sample) ? 0 : Math.copySign(LOUDEST, sample);
      }
    }
  }
}

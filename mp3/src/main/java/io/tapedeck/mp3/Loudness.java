package io.tapedeck.mp3;

/**
 * How loud the audio is.
 *
 * @param integrated LUFS (EBU R128, ITU-R BS.1770-4), negative infinity for silence or less than
 *     400 ms
 * @param samplePeak the largest sample, 1.0 is full scale
 * @param truePeak the largest value between samples, four times oversampled, 1.0 is full scale
 */
public record Loudness(double integrated, double samplePeak, double truePeak) {
  /** The target level of ReplayGain 2, in LUFS. */
  private static final double REPLAY_LEVEL = -18;

  /** ReplayGain 2 track gain, in dB; 0 for silence. */
  public double replayGain() {
    return integrated == Double.NEGATIVE_INFINITY ? 0 : REPLAY_LEVEL - integrated;
  }
}

package io.tapedeck.extraction;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Brings audio to a requested loudness. A first pass measures it (EBU R128), and the second applies
 * one gain to all of it. Only if that gain lifts true peaks above -1 dB, a limiter with four times
 * oversampling holds them there.
 */
final class LoudnessFilter {
  /** Filters of the first pass. They suppress the many lines that ffmpeg prints per frame. */
  static final String MEASURE = ",ebur128=peak=true:framelog=verbose";

  /**
   * For channels mixed down to two: the sum can exceed full scale, so a limiter holds it below.
   * Audio below full scale passes unchanged.
   */
  static final String HOLD = ",alimiter=limit=1:level=0:attack=5:release=80:latency=1";

  private static final double HIGHEST_PEAK = -1;

  /** Below this, audio is only silence by the gate of EBU R128. */
  private static final double SILENCE = -69.9;

  private LoudnessFilter() {}

  /**
   * Filters of the second pass; none for silence.
   *
   * @param target LUFS
   * @param loudness measured, LUFS
   * @param peak measured, dB of full scale
   */
  static String filters(double target, OptionalDouble loudness, OptionalDouble peak, int rate) {
    if (loudness.orElse(SILENCE) <= SILENCE) {
      return "";
    }
    double gain = target - loudness.getAsDouble();
    String volume = String.format(Locale.ROOT, ",volume=%.2fdB", gain);
    if (peak.orElse(0) + gain <= HIGHEST_PEAK) {
      return volume;
    }
    return volume
        + String.format(
            Locale.ROOT,
            ",aresample=%d,alimiter=limit=%.4f:level=0:attack=5:release=80:latency=1,aresample=%d",
            4 * rate,
            Math.pow(10, HIGHEST_PEAK / 20),
            rate);
  }
}

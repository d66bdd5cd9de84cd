package io.tapedeck.extraction;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How audio is brought to a wanted loudness: one gain for all of it, from a first pass that
 * measures (EBU R128). Only where that would lift true peaks above -1 dB a limiter, four times
 * oversampled, holds them there.
 */
final class LoudnessFilter {
  /** Filters of the first pass. Its per-frame lines would be many and are left out. */
  static final String MEASURE = ",ebur128=peak=true:framelog=verbose";

  /**
   * For channels mixed down to two: their sum can pass full scale, and is held below it. What does
   * not reach it goes through unchanged.
   */
  static final String HOLD = ",alimiter=limit=1:level=0:attack=5:release=80:latency=1";

  private static final double HIGHEST_PEAK = -1;

  /** Below this there is nothing but silence by the measure's own gate. */
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

package io.tapedeck.extraction;

import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import io.tapedeck.mp3.Loudness;
import io.tapedeck.mp3.LoudnessMeter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Brings audio to a requested loudness. A first pass measures it (EBU R128), and the second applies
 * one gain to all of it. Only if that gain lifts true peaks above -1 dB, a limiter with four times
 * oversampling holds them there.
 */
final class LoudnessFilter {
  private static final double HIGHEST_PEAK = -1;

  /** The encoder clips there too. */
  private static final float LOUDEST = 4;

  /** Below this, audio is only silence by the gate of EBU R128. */
  private static final double SILENCE = -69.9;

  private LoudnessFilter() {}

  /**
   * Measures decoded audio to its end.
   *
   * @param pcm stands on its first block
   * @param inVain whether the result is of no use any more; asked at each block
   */
  static Loudness measure(
      Matroska.Header header, Pcm pcm, ExtractionMonitor monitor, BooleanSupplier inVain)
      throws IOException {
    LoudnessMeter meter = new LoudnessMeter(Math.max(1, header.rate()), header.channels());
    float[] samples = new float[0];
    boolean more = header.rate() > 0;
    while (more && !inVain.getAsBoolean()) {
      int count = pcm.length() / (4 * header.channels()) * header.channels();
      samples = samples.length < count ? new float[count] : samples;
      ByteBuffer.wrap(pcm.bytes())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(samples, 0, count);
      for (int i = 0; i < count; i++) {
        samples[i] = Float.isNaN(samples[i]) ? 0 : Math.clamp(samples[i], -LOUDEST, LOUDEST);
      }
      meter.measure(samples, 0, count / header.channels());
      monitor.measured(Duration.ofMillis(pcm.millis()));
      more = pcm.next();
    }
    return meter.result();
  }

  /**
   * Filters of the second pass; none for silence.
   *
   * @param target LUFS
   * @param measured in the first pass
   */
  static String filters(double target, Loudness measured, int rate) {
    if (measured.integrated() <= SILENCE) {
      return "";
    }
    double gain = target - measured.integrated();
    String volume = String.format(Locale.ROOT, ",volume=%.2fdB", gain);
    if (20 * Math.log10(measured.truePeak()) + gain <= HIGHEST_PEAK) {
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

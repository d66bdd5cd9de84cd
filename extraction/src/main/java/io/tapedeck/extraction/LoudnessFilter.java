package io.tapedeck.extraction;

import io.tapedeck.media.ChosenPart;
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
   * Measures the decoded audio of a part.
   *
   * @param pcm stands on its first block
   * @param part what of it is wanted
   * @param inVain whether the result is of no use any more; asked at each block
   */
  static Loudness measure(
      Matroska.Header header,
      Pcm pcm,
      ChosenPart part,
      ExtractionMonitor monitor,
      BooleanSupplier inVain)
      throws IOException {
    int rate = header.rate();
    long most = part.length().map(length -> frames(length, rate)).orElse(Long.MAX_VALUE / 2);
    long position = -frames(part.skipped(), rate);
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
      int frames = count / header.channels();
      int from = Math.clamp(-position, 0, frames);
      int to = Math.clamp(most - position, from, frames);
      meter.measure(samples, from, to - from);
      position += frames;
      monitor.measured(Duration.ofMillis(Math.max(0, position) * 1000 / rate));
      more = position < most && pcm.next();
    }
    return meter.result();
  }

  private static long frames(Duration time, int rate) {
    return Math.round(time.toNanos() / 1e9 * rate);
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

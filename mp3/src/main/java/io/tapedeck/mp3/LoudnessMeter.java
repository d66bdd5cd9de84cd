package io.tapedeck.mp3;

import java.util.Arrays;

/**
 * Measures loudness and peaks of audio while it passes (EBU R128, ITU-R BS.1770-4). Several meters
 * may measure parts of the audio. Each must first be warmed up with the samples before its part,
 * and the results are added in order. A meter belongs to one thread at a time.
 */
public final class LoudnessMeter {
  /** Tenths of a second in a block of the standard: 400 ms, with a new block every 100 ms. */
  private static final int GATE = 4;

  private static final double SCALE = 1 / SampleBuffer.FULL_SCALE;

  private static final double ABSOLUTE_GATE = -70;
  private static final double RELATIVE_GATE = -10;

  private final int sampleRate;
  private final int channels;
  private final KWeighting weighting;
  private final TruePeak[] truePeak;
  private final SampleBuffer own = new SampleBuffer();

  /** Energy of each tenth of a second, all channels together; index 0 is {@code firstTenth}. */
  private double[] tenths = new double[64];

  private final int firstTenth;
  private long position;
  private float samplePeak;

  /** A meter for audio from its first sample on. */
  public LoudnessMeter(int sampleRate, int channels) {
    this(sampleRate, channels, 0);
  }

  /**
   * A meter for a part that begins later.
   *
   * @param start the sample of the whole audio that {@link #measure} begins with
   */
  LoudnessMeter(int sampleRate, int channels, long start) {
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.position = start;
    this.firstTenth = (int) (start * 10 / sampleRate);
    this.weighting = new KWeighting(sampleRate);
    this.truePeak = new TruePeak[channels];
    for (int channel = 0; channel < channels; channel++) {
      truePeak[channel] = new TruePeak();
    }
  }

  /** Takes samples of the part before: the filters settle, and the result does not count them. */
  void warmUp(float[] interleaved, int from, int count) {
    for (int done = 0; done < count; done += SampleBuffer.SIZE) {
      own.take(interleaved, from + done, Math.min(SampleBuffer.SIZE, count - done), channels);
      warmUp(own, 0, own.count());
    }
  }

  void warmUp(SampleBuffer buffer, int from, int count) {
    weigh(buffer, from, count);
    truePeak[0].remember(buffer.left, from, count);
    if (channels == 2) {
      truePeak[1].remember(buffer.right, from, count);
    }
  }

  /**
   * Measures samples.
   *
   * @param interleaved finite values, 1.0 is full scale
   * @param from the first sample, counted per channel
   * @param count samples per channel
   */
  public void measure(float[] interleaved, int from, int count) {
    for (int done = 0; done < count; done += SampleBuffer.SIZE) {
      own.take(interleaved, from + done, Math.min(SampleBuffer.SIZE, count - done), channels);
      measure(own, 0, own.count());
    }
  }

  void measure(SampleBuffer buffer, int from, int count) {
    measure(truePeak[0], buffer.left, from, count);
    if (channels == 2) {
      measure(truePeak[1], buffer.right, from, count);
    }
    energy(buffer, from, count);
    position += count;
  }

  private void measure(TruePeak peak, float[] samples, int from, int count) {
    samplePeak = Math.max(samplePeak, SampleBuffer.largest(samples, from, from + count));
    peak.exceed(samplePeak);
    peak.measure(samples, from, count);
  }

  /** Adds the result of another meter for the part that follows. */
  void add(LoudnessMeter next) {
    int last = (int) (Math.max(0, next.position - 1) * 10 / sampleRate);
    for (int tenth = next.firstTenth; tenth <= last; tenth++) {
      count(tenth, next.tenths[tenth - next.firstTenth]);
    }
    position = next.position;
    samplePeak = Math.max(samplePeak, next.samplePeak);
    for (int channel = 0; channel < channels; channel++) {
      truePeak[channel].exceed(next.truePeak[channel].peak());
    }
  }

  /** The loudness and peaks of everything measured so far. */
  public Loudness result() {
    double peak = samplePeak;
    for (TruePeak one : truePeak) {
      peak = Math.max(peak, one.peak());
    }
    return new Loudness(integrated(), samplePeak * SCALE, peak * SCALE);
  }

  /** Splits samples at each tenth of a second. */
  private void energy(SampleBuffer buffer, int from, int count) {
    for (int done = 0; done < count; ) {
      long at = position + done;
      int tenth = (int) (at * 10 / sampleRate);
      int part = (int) Math.min(count - done, startOf(tenth + 1) - at);
      count(tenth, weigh(buffer, from + done, part) * SCALE * SCALE);
      done += part;
    }
  }

  private double weigh(SampleBuffer buffer, int from, int count) {
    return channels == 1
        ? weighting.energy(buffer.left, from, count)
        : weighting.energy(buffer.left, buffer.right, from, count);
  }

  private void count(int tenth, double energy) {
    int index = tenth - firstTenth;
    if (index >= tenths.length) {
      tenths = Arrays.copyOf(tenths, 2 * index);
    }
    tenths[index] += energy;
  }

  /** The first sample of a tenth of a second. */
  private long startOf(long tenth) {
    return (tenth * sampleRate + 9) / 10;
  }

  private double integrated() {
    int whole = (int) (position * 10 / sampleRate) - firstTenth;
    int blocks = Math.max(0, whole - GATE + 1);
    double absolute = power(ABSOLUTE_GATE);
    double relative = mean(blocks, absolute) * Math.pow(10, RELATIVE_GATE / 10);
    double gated = mean(blocks, Math.max(absolute, relative));
    return gated == 0 ? Double.NEGATIVE_INFINITY : -0.691 + 10 * Math.log10(gated);
  }

  /** The mean power of all blocks above the given power; 0 if there is none. */
  private double mean(int blocks, double above) {
    double sum = 0;
    int counted = 0;
    for (int block = 0; block < blocks; block++) {
      double energy = 0;
      for (int tenth = block; tenth < block + GATE; tenth++) {
        energy += tenths[tenth];
      }
      long from = startOf((long) firstTenth + block);
      energy /= startOf((long) firstTenth + block + GATE) - from;
      if (energy > above) {
        sum += energy;
        counted++;
      }
    }
    return counted == 0 ? 0 : sum / counted;
  }

  private static double power(double loudness) {
    return Math.pow(10, (loudness + 0.691) / 10);
  }
}

package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Mixes left and right to their mean, and remembers what each side held. */
public final class MonoMix implements Pcm {
  /** What two channels hold, by all of their audio. */
  public enum Sides {
    /** Both have audio; their mean is right. */
    BOTH,
    /** The right channel is silent, so the mean would be half as loud as the left one. */
    LEFT,
    /** The left channel is silent. */
    RIGHT,
    /** One is the other turned upside down, so that nearly nothing is left in the mean. */
    OPPOSED;

    /** Whether one side alone is all there is. */
    public boolean single() {
      return this == LEFT || this == RIGHT;
    }
  }

  /**
   * A side whose highest peak is 50 dB below the other's is silent: an input that nothing was
   * plugged into has noise, and a codec adds some. A voice as quiet would not be heard either.
   */
  private static final double SILENT = 0.00316;

  /** The sides are opposed if their mean has less than this part of their power: 20 dB. */
  private static final double OPPOSED = 0.01;

  private final Pcm source;
  private ByteBuffer mixed = ByteBuffer.allocate(0);
  private float left;
  private float right;
  private double power;
  private double mixedPower;

  /**
   * @param source of two channels; stands on its first block
   */
  public MonoMix(Pcm source) {
    this.source = source;
    mix();
  }

  @Override
  public boolean next() throws IOException {
    boolean more = source.next();
    if (more) {
      mix();
    }
    return more;
  }

  private void mix() {
    int frames = source.length() / 8;
    ByteBuffer stereo = ByteBuffer.wrap(source.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (mixed.capacity() < 4 * frames) {
      mixed = ByteBuffer.allocate(4 * frames).order(ByteOrder.LITTLE_ENDIAN);
    }
    mixed.clear();
    for (int i = 0; i < frames; i++) {
      float l = stereo.getFloat();
      float r = stereo.getFloat();
      float mean = (l + r) / 2;
      left = larger(left, l);
      right = larger(right, r);
      power += (l * l + r * r) / 2;
      mixedPower += mean * mean;
      mixed.putFloat(mean);
    }
  }

  private static float larger(float peak, float sample) {
    float size = Math.abs(sample);
    return size > peak ? size : peak; // false for NaN
  }

  /** What the sides held so far. */
  public Sides sides() {
    if (right < left * SILENT) {
      return Sides.LEFT;
    }
    if (left < right * SILENT) {
      return Sides.RIGHT;
    }
    return mixedPower < power * OPPOSED ? Sides.OPPOSED : Sides.BOTH;
  }

  @Override
  public long millis() {
    return source.millis();
  }

  @Override
  public byte[] bytes() {
    return mixed.array();
  }

  @Override
  public int length() {
    return mixed.position();
  }

  @Override
  public boolean brokenOff() {
    return source.brokenOff();
  }
}

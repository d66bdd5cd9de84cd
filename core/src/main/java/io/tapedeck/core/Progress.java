package io.tapedeck.core;

/**
 * The progress of a conversion.
 *
 * @param fraction the part that is done, 0 to 1
 * @param speed seconds of audio per second of work; 0 while unknown
 */
public record Progress(double fraction, double speed) {
  public static final Progress NONE = new Progress(0, 0);

  public Progress {
    if (!(fraction >= 0 && fraction <= 1) || !(speed >= 0 && speed < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("not a progress: " + fraction + " at " + speed + "x");
    }
  }
}

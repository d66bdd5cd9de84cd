package io.tapedeck.tags;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The loudness in the form that most players read: two text frames with names of their own. Both
 * are known only at the end of the audio, so their space is kept free.
 */
public final class ReplayGain {
  /** The frames of any loudness fit in this many bytes. */
  public static final int ROOM = 96;

  private ReplayGain() {}

  /**
   * The same tags with the loudness.
   *
   * @param gain in dB to the reference; silence has none, because no gain makes it louder
   * @param peak true peak, 1.0 is full scale
   */
  public static Tags of(Tags tags, OptionalDouble gain, double peak) {
    Tags with = tags;
    if (gain.isPresent()) {
      with = with.with(frame("REPLAYGAIN_TRACK_GAIN", "%+.2f dB", gain.getAsDouble()));
    }
    return with.with(frame("REPLAYGAIN_TRACK_PEAK", "%.6f", peak));
  }

  private static Tags.Frame frame(String name, String format, double value) {
    return new Tags.Frame.Custom(name, String.format(Locale.ROOT, format, value));
  }
}

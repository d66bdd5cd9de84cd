package io.tapedeck.mp3;

import java.util.Locale;

/**
 * The loudness in the form that most players read: two text frames with names of their own. Both
 * are known only at the end of the audio, so their space is kept free.
 */
final class ReplayGain {
  /** The frames of any loudness fit in this many bytes. */
  static final int ROOM = 96;

  private ReplayGain() {}

  /**
   * The frames in {@link #ROOM} bytes. Silence has only its peak, because no gain makes it louder.
   */
  static byte[] frames(Loudness loudness) {
    byte[] room = new byte[ROOM];
    int at = 0;
    if (loudness.integrated() != Double.NEGATIVE_INFINITY) {
      at = put(room, at, "REPLAYGAIN_TRACK_GAIN", "%+.2f dB", loudness.replayGain());
    }
    put(room, at, "REPLAYGAIN_TRACK_PEAK", "%.6f", loudness.truePeak());
    return room;
  }

  private static int put(byte[] room, int at, String name, String format, double value) {
    byte[] frame = Tags.frame("TXXX", Tags.text(name, String.format(Locale.ROOT, format, value)));
    System.arraycopy(frame, 0, room, at, frame.length);
    return at + frame.length;
  }
}

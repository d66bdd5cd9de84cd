package io.tapedeck.mp3;

import java.util.Locale;

/**
 * The level of the audio as most players look for it: two text frames with names of their own. The
 * audio is heard to its end before they are known, so their place is kept free.
 */
final class ReplayGain {
  /** Bytes that the frames of any loudness fit in. */
  static final int ROOM = 96;

  private ReplayGain() {}

  /** The frames in {@link #ROOM} bytes; silence, which no gain makes louder, has its peak only. */
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

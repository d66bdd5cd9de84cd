package io.tapedeck.mp3;

/** The bitrate of the audio: as much as a quality needs, or constant. */
public sealed interface Rate {
  /**
   * Variable bitrate.
   *
   * @param level as LAME's {@code -V}: 0 is the best and largest, 9 the smallest
   */
  record Vbr(int level) implements Rate {
    public Vbr {
      if (level < 0 || level > 9) {
        throw new IllegalArgumentException("a VBR level is 0 (best) to 9 (smallest), not " + level);
      }
    }
  }

  /**
   * Constant bitrate.
   *
   * @param kbps kbit/s, one of those the sample rate allows: 32 to 320 from 32 kHz on, 8 to 160
   *     below, 8 to 64 below 16 kHz
   */
  record Cbr(int kbps) implements Rate {
    public Cbr {
      if (kbps < 8 || kbps > 320) {
        throw new IllegalArgumentException("a bitrate is 8 to 320 kbit/s, not " + kbps);
      }
    }
  }
}

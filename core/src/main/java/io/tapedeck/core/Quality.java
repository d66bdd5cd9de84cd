package io.tapedeck.core;

/** The quality of the MP3: a VBR level or a constant bitrate. */
public sealed interface Quality {
  /** The default: VBR level 2, transparent for nearly everybody. */
  Quality DEFAULT = new Vbr(2);

  /**
   * Variable bitrate. The levels are LAME's {@code -V}: 0 is the best and largest, 9 the smallest.
   */
  record Vbr(int level) implements Quality {
    public Vbr {
      if (level < 0 || level > 9) {
        throw new IllegalArgumentException("a VBR level is 0 (best) to 9 (smallest), not " + level);
      }
    }
  }

  /** Constant bitrate in kbit/s: one of the rates of ISO 11172-3 layer III, 32 to 320. */
  record Cbr(int kbps) implements Quality {
    public Cbr {
      if (!java.util.Set.of(32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
          .contains(kbps)) {
        throw new IllegalArgumentException(
            "a bitrate is one of 32 40 48 56 64 80 96 112 128 160 192 224 256 320 kbit/s, not "
                + kbps);
      }
    }
  }
}

package io.tapedeck.mp3;

/** LAME's own effort level, 0 (slow) to 9 (fast): chosen by measurement, see docs/adr. */
final class LameQuality {
  private LameQuality() {}

  static int of(EncoderOptions options) {
    return switch (options.rate()) {
      case Rate.Vbr _ -> 4;
      case Rate.Cbr _ -> 4;
    };
  }
}

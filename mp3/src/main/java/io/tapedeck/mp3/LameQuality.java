package io.tapedeck.mp3;

/** LAME's own effort level, 0 (slow) to 9 (fast): chosen by measurement, see docs/adr/0006. */
final class LameQuality {
  /** Leaves the search for the best code tables out: {@link Recoder} does that. */
  private static final int WITHOUT_SEARCH = 5;

  private static final int WITH_SEARCH = 4;

  private LameQuality() {}

  static int of(EncoderOptions options) {
    return recodes(options) ? WITHOUT_SEARCH : WITH_SEARCH;
  }

  /** Whether packets are coded anew behind LAME. A constant bitrate steers by what LAME finds. */
  static boolean recodes(EncoderOptions options) {
    return options.rate() instanceof Rate.Vbr && options.version() == Version.MPEG_1;
  }
}

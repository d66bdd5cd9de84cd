package io.tapedeck.mp3;

/**
 * Where chunks begin: always at the same frames, whatever the threads. A chunk's encoder starts
 * {@code preroll} frames early to warm up and sees one frame more than it makes.
 *
 * @param frames a chunk keeps
 * @param preroll frames encoded before and thrown away
 * @param agreed frames with audio in them that two encoders must make alike, one behind the other,
 *     before they count as one
 * @param frameSamples samples a frame, per channel
 */
record Grid(int frames, int preroll, int agreed, int frameSamples) {
  /** VBR encoders agree soon, so chunks may be short: 20 s at 44.1 kHz. */
  private static final int VBR_FRAMES = 768;

  private static final int VBR_PREROLL = 24;
  private static final int VBR_AGREED = 20;

  /**
   * CBR encoders agree late, so chunks are long. Both are multiples of 49: at 44.1, 22.05 and
   * 11.025 kHz the pattern of padded frames repeats after 49 frames, and so falls into step.
   */
  private static final int CBR_FRAMES = 1470;

  private static final int CBR_PREROLL = 49;
  private static final int CBR_AGREED = 40;

  static Grid of(EncoderOptions options) {
    int size = options.version().frameSamples;
    int scale = 1152 / size;
    return switch (options.rate()) {
      case Rate.Vbr _ -> new Grid(VBR_FRAMES * scale, VBR_PREROLL * scale, VBR_AGREED, size);
      case Rate.Cbr _ -> new Grid(CBR_FRAMES * scale, CBR_PREROLL * scale, CBR_AGREED, size);
    };
  }

  /** Frames at the start of a segment that are never looked at: filters and history fill. */
  int warmup() {
    return 4;
  }

  /** The frame that a chunk's segment begins with. */
  long firstFrame(int chunk) {
    return chunk == 0 ? 0 : (long) chunk * frames - preroll;
  }

  /** Samples at the start of a chunk that belong to the one before. */
  int borrowed(int chunk) {
    return chunk == 0 ? 0 : preroll * frameSamples;
  }

  /** The sample of a chunk with which the next one begins. */
  int end(int chunk) {
    return borrowed(chunk) + frames * frameSamples;
  }

  /** Samples of a full chunk, per channel. */
  int samplesOf(int chunk) {
    return borrowed(chunk) + (frames + 1) * frameSamples;
  }

  /** Samples at the end of one chunk that the next begins with. */
  int overlapSamples() {
    return (preroll + 1) * frameSamples;
  }
}

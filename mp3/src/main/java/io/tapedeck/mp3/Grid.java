package io.tapedeck.mp3;

/**
 * Where chunks begin: always at the same frames, whatever the number of threads. A chunk's encoder
 * starts {@code preroll} frames early to warm up and gets one frame more than it makes.
 *
 * @param frames a chunk keeps
 * @param preroll frames encoded before and discarded
 * @param agreed consecutive frames with audio that two encoders must make equal before their
 *     streams count as the same
 * @param frameSamples samples a frame, per channel
 */
record Grid(int frames, int preroll, int agreed, int frameSamples) {
  /** VBR encoders agree after few frames, so chunks may be short: 20 s at 44.1 kHz. */
  private static final int VBR_FRAMES = 768;

  private static final int VBR_PREROLL = 24;
  private static final int VBR_AGREED = 20;

  /**
   * CBR encoders agree late, so chunks are long. Both CBR numbers are multiples of 49: at 44.1,
   * 22.05 and 11.025 kHz the pattern of padded frames repeats after 49 frames, so all chunks have
   * the same pattern.
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

  /** Frames at the start of a segment that are never compared: LAME's filters and history fill. */
  int warmup() {
    return 4;
  }

  /** The first frame of a chunk's segment. */
  long firstFrame(int chunk) {
    return chunk == 0 ? 0 : (long) chunk * frames - preroll;
  }

  /** Samples at the start of a chunk that belong to the previous chunk. */
  int borrowed(int chunk) {
    return chunk == 0 ? 0 : preroll * frameSamples;
  }

  /** The index in a chunk of the sample at which the next chunk takes over. */
  int end(int chunk) {
    return borrowed(chunk) + frames * frameSamples;
  }

  /** Samples of a full chunk, per channel. */
  int samplesOf(int chunk) {
    return borrowed(chunk) + (frames + 1) * frameSamples;
  }

  /** Samples at the end of one chunk with which the next chunk begins. */
  int overlapSamples() {
    return (preroll + 1) * frameSamples;
  }
}

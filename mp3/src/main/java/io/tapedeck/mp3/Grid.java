package io.tapedeck.mp3;

/**
 * Where chunks begin: always at the same frames, whatever the threads. A chunk's encoder starts
 * {@code preroll} frames early to warm up and sees one frame more than it makes.
 *
 * @param frames a chunk keeps
 * @param preroll frames encoded before and thrown away
 * @param frameSamples samples a frame, per channel
 */
record Grid(int frames, int preroll, int frameSamples) {
  static Grid of(EncoderOptions options) {
    int frameSamples = options.version().frameSamples;
    int scale = 1152 / frameSamples;
    return new Grid(
        Integer.getInteger("n", options.rate() instanceof Rate.Vbr ? 640 : 1470) * scale,
        Integer.getInteger("p", options.rate() instanceof Rate.Vbr ? 16 : 49) * scale,
        frameSamples);
  }

  /** Frames at the start of a strand that are never looked at: filters and history fill. */
  int warmup() {
    return 4;
  }

  /** The frame that a chunk's strand begins with. */
  long firstFrame(int chunk) {
    return chunk == 0 ? 0 : (long) chunk * frames - preroll;
  }

  /** Samples at the start of a chunk that belong to the one before. */
  int borrowed(int chunk) {
    return chunk == 0 ? 0 : preroll * frameSamples;
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

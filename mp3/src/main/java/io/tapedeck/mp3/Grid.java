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
        Integer.getInteger("n", 512) * scale, Integer.getInteger("p", 8) * scale, frameSamples);
  }

  /** Frames thrown away in a chunk: the first has nothing to warm up with. */
  int prerollOf(int chunk) {
    return chunk == 0 ? 0 : preroll;
  }

  /** Samples of a full chunk, per channel. */
  int samplesOf(int chunk) {
    return (prerollOf(chunk) + frames + 1) * frameSamples;
  }

  /** Samples at the end of one chunk that the next begins with. */
  int overlapSamples() {
    return (preroll + 1) * frameSamples;
  }
}

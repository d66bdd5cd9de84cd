package io.tapedeck.converter;

import io.tapedeck.core.ConversionOptions;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Takes the sound out of files; needs no server and no database.
 *
 * @param clock for speed and time limits
 */
public record Extractor(Ffmpeg ffmpeg, Engine engine, Limits limits, InstantSource clock) {
  /**
   * Gets ready to take the sound out of a file; nothing is started yet.
   *
   * @param threads that encode, 1 to 256; they change the speed and never the result
   */
  public Extraction of(Path input, ConversionOptions options, int threads) {
    return new Extraction(this, input, options, threads);
  }
}

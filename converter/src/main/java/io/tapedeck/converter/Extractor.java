package io.tapedeck.converter;

import io.tapedeck.core.ConversionOptions;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Takes the sound out of files; needs no server and no database.
 *
 * @param threads encoder threads of one extraction, 1 or more
 * @param clock for speed and time limits
 */
public record Extractor(
    Ffmpeg ffmpeg, Engine engine, Limits limits, int threads, InstantSource clock) {
  /** Gets ready to take the sound out of a file; nothing is started yet. */
  public Extraction of(Path input, ConversionOptions options) {
    return new Extraction(this, input, options);
  }
}

package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Takes the audio out of files; needs no server and no database.
 *
 * @param clock for speed and time limits
 */
public record Extractor(Ffmpeg ffmpeg, Engine engine, Limits limits, InstantSource clock) {
  /**
   * Gets ready to take the audio out of a file; nothing is started yet.
   *
   * @param threads that encode, 1 to 256; they change the speed and never the result
   */
  public Extraction of(Path input, ConversionOptions options, int threads) {
    return of(input, options, threads, Extractor::noQuestion);
  }

  /**
   * Gets ready like {@link #of(Path, ConversionOptions, int)}.
   *
   * @param room asked, from the beginning and on the way, for the bytes still to be written; throws
   *     when they are not there
   */
  public Extraction of(Path input, ConversionOptions options, int threads, LongConsumer room) {
    return new Extraction(this, input, options, threads, Optional.empty(), room);
  }

  /**
   * Gets ready for several files of one owner. Those that are short are decoded at once and kept in
   * memory, at most {@value BatchDecoder#LARGEST_PCM} bytes; the results are the same as if each
   * were taken alone.
   */
  public List<Extraction> of(List<Path> inputs, ConversionOptions options, int threads) {
    Map<Path, DecodedAudio> decoded = new BatchDecoder(this, options).decode(inputs);
    return inputs.stream()
        .map(Path::toAbsolutePath)
        .map(input ->
            new Extraction(
                this,
                input,
                options,
                threads,
                Optional.ofNullable(decoded.get(input)),
                Extractor::noQuestion))
        .toList();
  }

  /** Whether a file is so short that it is better taken together with others. */
  public static boolean isShort(Path input) {
    try {
      return Files.size(input) <= BatchDecoder.LARGEST_FILE;
    } catch (IOException e) {
      return false; // its own extraction will say what is wrong with it
    }
  }

  /** The disk's owner knows how full it is. */
  private static void noQuestion(long bytes) {}
}

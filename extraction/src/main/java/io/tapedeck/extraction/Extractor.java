package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.ffmpeg.EntryCount;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import io.tapedeck.media.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Extracts the audio of files; needs no server and no database.
 *
 * @param clock for speed and time limits
 */
public record Extractor(Ffmpeg ffmpeg, Engine engine, Limits limits, InstantSource clock) {
  /**
   * Prepares the extraction of a file; starts no work yet.
   *
   * @param threads encoder threads, 1 to 256; they change the speed and never the result
   */
  public Extraction of(Path input, ConversionOptions options, int threads) {
    return of(input, options, threads, Extractor::noQuestion);
  }

  /**
   * Prepares an extraction like {@link #of(Path, ConversionOptions, int)}.
   *
   * @param room called at the beginning and during the work with the number of bytes still to be
   *     written; throws if the disk lacks them
   */
  public Extraction of(Path input, ConversionOptions options, int threads, LongConsumer room) {
    return new Extraction(this, input, options, threads, Optional.empty(), room);
  }

  /**
   * Prepares the extraction of several files of one owner. Short files are decoded immediately and
   * kept in memory, at most {@value BatchDecoder#LARGEST_PCM} bytes. The results are the same as
   * for each file alone.
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

  /** Where the programs and libraries are that it uses, by their names. */
  public Map<String, String> tools() {
    return new TreeMap<>(Map.of("ffmpeg", ffmpeg.program().toString(), "lame", engine.place()));
  }

  /**
   * The languages of a file's audio tracks, in their order: the first is that of track 1. Each is
   * at most eight letters, digits and dashes; empty where the file says none. It takes the start of
   * a process.
   *
   * @throws io.tapedeck.core.Refusal if this is no media file
   */
  public List<String> languages(Path input) {
    try {
      Container container = Container.of(input);
      EntryCount.check(input, container);
      Arguments arguments =
          new Arguments(input.toAbsolutePath(), container, ConversionOptions.DEFAULT, limits);
      try (Child child = ffmpeg.start(arguments.listing())) {
        child.await();
        return child.report().tracks().stream()
            .map(track -> track.language().matches("[A-Za-z0-9-]{1,8}") ? track.language() : "")
            .toList();
      }
    } catch (IOException e) {
      throw new Outage(input.getFileName() + " cannot be read: " + Outage.reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
  }

  /** Whether a file is so short that a batch with other files is faster. */
  public static boolean isShort(Path input) {
    try {
      return Files.size(input) <= BatchDecoder.LARGEST_FILE;
    } catch (IOException e) {
      return false; // its own extraction will report the problem
    }
  }

  /** Never refuses: the owner of the disk knows how full it is. */
  private static void noQuestion(long bytes) {}
}

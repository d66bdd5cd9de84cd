package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.FfmpegLog;
import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Container;
import io.tapedeck.media.MovieIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/**
 * What a file says of its times and lengths, as far as its size makes that credible.
 *
 * @param report of the child that reads the file; it may know more later
 */
record Claims(Arguments arguments, FfmpegLog report) {
  /** A claimed length is false if the file has fewer bits than this for each second. */
  private static final long LEAST_BITS_PER_SECOND = 1_000;

  /** Longer gaps count as wrong times if the source's own length is not known. */
  private static final Duration LARGEST_GAP = Duration.ofMinutes(10);

  /** The length of the whole file, of its header or guessed by ffmpeg. */
  Optional<Duration> length() throws IOException {
    return credible(report.duration());
  }

  /** The length of the chosen part, by the same. */
  Optional<Duration> partLength() throws IOException {
    return length().map(this::chosenPart);
  }

  /** The length of the chosen part that the file itself states. */
  Optional<Duration> statedPartLength() throws IOException {
    return credible(report.stated()).map(this::chosenPart);
  }

  /** Longer gaps in the audio count as wrong times; zero if no time is to be believed. */
  Duration largestGap() throws IOException {
    return arguments.container().hasTimes() ? length().orElse(LARGEST_GAP) : Duration.ZERO;
  }

  /**
   * The chosen part.
   *
   * @param begins when the audio begins, milliseconds, as the child counts
   */
  ChosenPart part(long begins) throws IOException {
    Duration origin = arguments.fileTime(begins, report);
    Duration latest = length().orElse(LARGEST_GAP);
    boolean timed = arguments.container().hasTimes() && origin.compareTo(latest) <= 0;
    ConversionOptions options = arguments.options();
    return new ChosenPart(timed ? origin : Duration.ZERO, options.start(), options.end());
  }

  /**
   * The MP3 with a warning if the file was cut off.
   *
   * @param expected what the file promised for the part that was chosen
   * @param reached where the audio that came ends, from where the chosen part begins
   * @param inFrame whether the audio ended in the middle of a frame
   */
  Extracted ended(Extracted mp3, Optional<Duration> expected, Duration reached, boolean inFrame)
      throws IOException {
    Optional<Duration> track =
        arguments.container() == Container.MP4
            ? MovieIndex.audioTracks(arguments.input()).stream()
                .skip(arguments.how().tracks().getFirst())
                .findFirst()
            : report.trackLength();
    return new MissingEnd(arguments, credible(track))
        .warning(expected, reached, inFrame)
        .map(mp3::warning)
        .orElse(mp3);
  }

  private Optional<Duration> credible(Optional<Duration> claimed) throws IOException {
    long bits = Files.size(arguments.input()) * 8;
    Duration before =
        report
            .start()
            .filter(start -> arguments.container().countsFromZero() && start.isPositive())
            .orElse(Duration.ZERO);
    return claimed
        .map(length -> length.minus(before))
        .filter(
            length -> length.isPositive() && bits / LEAST_BITS_PER_SECOND >= length.toSeconds());
  }

  private Duration chosenPart(Duration whole) {
    ConversionOptions options = arguments.options();
    Duration end = options.end().filter(at -> at.compareTo(whole) < 0).orElse(whole);
    Duration length = end.minus(options.start());
    return length.isNegative() ? Duration.ZERO : length;
  }
}

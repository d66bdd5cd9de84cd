package io.tapedeck.extraction;

import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.media.Container;
import io.tapedeck.media.Truncation;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out whether a file was cut off, because ffmpeg does not report this for every container.
 * The sizes that the file states are checked first. Then the length that the header claims for the
 * track itself counts, because longer pictures are no fault.
 */
record MissingEnd(Arguments arguments, Optional<Duration> trackLength) {
  private static final Duration SUSPICIOUS = Duration.ofMillis(700);
  private static final Duration CERTAIN = Duration.ofMillis(300);

  /**
   * The warning, if the file was cut off.
   *
   * @param expected what the file's header promised for the part that was chosen
   * @param reached where the audio that came ends, from where the chosen part begins
   * @param inFrame whether the audio ended in the middle of a frame
   */
  Optional<String> warning(Optional<Duration> expected, Duration reached, boolean inFrame)
      throws IOException {
    if (arguments.options().end().isPresent()) {
      return Optional.empty();
    }
    boolean suspicious =
        expected.filter(all -> all.minus(reached).compareTo(SUSPICIOUS) >= 0).isPresent();
    if (inFrame || isCutOff(suspicious)) {
      return Optional.of(told(reached, suspicious ? expected : Optional.empty()));
    }
    return suspicious && arguments.container().claimsTrueLengths()
        ? trackLength
            .map(all -> all.minus(arguments.options().start()))
            .filter(promised -> promised.minus(reached).compareTo(CERTAIN) > 0)
            .map(promised -> told(reached, Optional.of(promised)))
        : Optional.empty();
  }

  /** Matroska often ends with an index, whose loss is no loss of audio. */
  private boolean isCutOff(boolean suspicious) throws IOException {
    Container kind = arguments.container();
    return (suspicious || kind != Container.MATROSKA)
        && Truncation.isCutOff(arguments.input(), kind);
  }

  private String told(Duration reached, Optional<Duration> promised) {
    return "the file ends early: its audio stops at "
        + Diagnosis.time(reached.plus(arguments.options().start()))
        + promised
            .map(all -> " of " + Diagnosis.time(all.plus(arguments.options().start())))
            .orElse("");
  }
}

package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.ffmpeg.Arguments;
import io.tapedeck.ffmpeg.Child;
import io.tapedeck.media.Container;
import io.tapedeck.media.Truncation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out whether a file was cut off, because ffmpeg does not report this for every container.
 * The sizes that the file states are checked first. If the audio is shorter than the header claims,
 * ffprobe reads the length of the track itself, at the cost of a process, because longer pictures
 * are no fault. Beside pictures ffprobe finds no length, because their decoders are forbidden.
 */
record MissingEnd(ExtractionMonitor monitor, Arguments arguments, ConversionOptions options) {
  private static final Duration SUSPICIOUS = Duration.ofMillis(700);
  private static final Duration CERTAIN = Duration.ofMillis(300);
  private static final int LONGEST_ANSWER = 4_096;
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,7}\\.\\d{1,6})\\d*");
  private static final Pattern CLOCK =
      Pattern.compile("(\\d{1,3}):(\\d\\d):(\\d\\d\\.\\d{1,6})\\d*");

  /**
   * The warning, if the file was cut off.
   *
   * @param expected what the file's header promised for the part that was chosen
   * @param length of the audio that came
   * @param inFrame whether the audio ended in the middle of a frame
   */
  Optional<String> warning(Optional<Duration> expected, Duration length, boolean inFrame)
      throws IOException {
    if (options.end().isPresent()) {
      return Optional.empty();
    }
    boolean suspicious =
        expected.filter(all -> all.minus(length).compareTo(SUSPICIOUS) >= 0).isPresent();
    if (inFrame || isCutOff(suspicious)) {
      return Optional.of(told(length, suspicious ? expected : Optional.empty()));
    }
    // The sizes of an AVI are all there is to know; ffmpeg miscalculates its length with ADPCM.
    return suspicious && arguments.container() != Container.AVI
        ? trackLength()
            .map(all -> all.minus(options.start()))
            .filter(promised -> promised.minus(length).compareTo(CERTAIN) > 0)
            .map(promised -> told(length, Optional.of(promised)))
        : Optional.empty();
  }

  /** Matroska often ends with an index, whose loss is no loss of audio. */
  private boolean isCutOff(boolean suspicious) throws IOException {
    Container kind = arguments.container();
    return (suspicious || kind != Container.MATROSKA)
        && Truncation.isCutOff(arguments.input(), kind);
  }

  private String told(Duration length, Optional<Duration> promised) {
    return "the file ends early: its audio stops at "
        + Diagnosis.time(length.plus(options.start()))
        + promised.map(all -> " of " + Diagnosis.time(all.plus(options.start()))).orElse("");
  }

  private Optional<Duration> trackLength() throws IOException {
    Optional<Child> started = monitor.startProbe(arguments.trackLength());
    if (started.isEmpty()) {
      return Optional.empty();
    }
    try (Child probe = started.get()) {
      byte[] answer = probe.output().readNBytes(LONGEST_ANSWER);
      return new String(answer, StandardCharsets.UTF_8)
          .lines()
          .map(MissingEnd::time)
          .flatMap(Optional::stream)
          .findFirst();
    }
  }

  private static Optional<Duration> time(String text) {
    Matcher seconds = SECONDS.matcher(text);
    Matcher clock = CLOCK.matcher(text);
    if (seconds.matches()) {
      return Optional.of(ofSeconds(seconds.group(1)));
    }
    return clock.matches()
        ? Optional.of(
            ofSeconds(clock.group(3))
                .plusHours(Integer.parseInt(clock.group(1)))
                .plusMinutes(Integer.parseInt(clock.group(2))))
        : Optional.empty();
  }

  private static Duration ofSeconds(String text) {
    return Duration.ofNanos(Math.round(Double.parseDouble(text) * 1e9));
  }
}

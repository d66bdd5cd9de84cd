package io.tapedeck.extraction;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.media.AudioFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of a source's audio by now, and so how a child decodes it. The first child starts
 * with what fits nearly all files, because asking the file first would cost a process. Where its
 * messages show that something else is right, it is killed and another one starts.
 *
 * @param format what holds all formats that the audio was seen in; unknown at first
 * @param more filters behind the fixed ones
 */
record Decoding(ConversionOptions options, AudioFormat format, String more) {
  Decoding(ConversionOptions options) {
    this(options, AudioFormat.UNKNOWN, "");
  }

  /** The same with filters behind the fixed ones. */
  Decoding filtered(String filters) {
    return new Decoding(options, format, filters);
  }

  /** What is right by the messages of the child that decodes like this; empty if this is. */
  Optional<Decoding> corrected(FfmpegLog report) {
    if (!format.surround()
        && !options.mono()
        && report.mapped().filter(FfmpegLog.Stream::surround).isPresent()) {
      return Optional.of(holding(new AudioFormat(0, 3)));
    }
    List<AudioFormat> seen = report.formats();
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    AudioFormat all = seen.stream().reduce(format, AudioFormat::and);
    AudioFormat first = seen.getFirst();
    AudioFormat made =
        new AudioFormat(
            format.rate() == 0 ? first.rate() : format.rate(),
            format.channels() == 0 ? Math.min(2, first.channels()) : format.channels());
    return made.isLessThan(all) ? Optional.of(holding(all)) : Optional.empty();
  }

  private Decoding holding(AudioFormat other) {
    return new Decoding(options, format.and(other), more);
  }

  /**
   * The MP3 sample rate nearest to the source's, and one or two channels. Where they change in the
   * middle, what holds all; ffmpeg alone would keep to the first. If the source has more channels,
   * the layout is fixed too, because later filters cannot leave that choice open.
   */
  String filters() {
    String rates =
        format.rate() > 0
            ? Integer.toString(format.mp3Rate())
            : AudioFormat.MP3_RATES.stream().map(String::valueOf).collect(Collectors.joining("|"));
    String layouts = options.mono() ? "mono" : format.channels() > 1 ? "stereo" : "mono|stereo";
    return "aformat=sample_rates=" + rates + ":channel_layouts=" + layouts + more;
  }

  /**
   * Whether the channels are mixed down to a sum that can exceed full scale. For mono the mix is
   * the mean of the channels; and a gain for a wanted loudness has its own limiter.
   */
  boolean mixesDown() {
    return format.surround() && !options.mono() && options.loudness().isEmpty();
  }
}

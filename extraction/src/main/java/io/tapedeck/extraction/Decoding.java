package io.tapedeck.extraction;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.media.AudioFormat;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.MonoMix;
import io.tapedeck.media.Pcm;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of a source's audio by now, and so how a child decodes it. The first child starts
 * with what fits nearly all files, because asking the file first would cost a process. Where its
 * messages show that something else is right, it is killed and another one starts.
 *
 * @param format what holds all formats that the audio was seen in; unknown at first
 * @param sides what left and right hold, if they are mixed to mono and it is known
 * @param more filters behind the fixed ones
 */
record Decoding(
    ConversionOptions options, AudioFormat format, Optional<MonoMix.Sides> sides, String more) {
  Decoding(ConversionOptions options) {
    this(options, AudioFormat.UNKNOWN, Optional.empty(), "");
  }

  /** The same for a mix to mono of sides that are known by now. */
  Decoding of(MonoMix.Sides known) {
    return new Decoding(options, format, Optional.of(known), more);
  }

  /** The same with filters behind the fixed ones. */
  Decoding filtered(String filters) {
    return new Decoding(options, format, sides, filters);
  }

  /** What is right by the messages of the child that decodes like this; empty if this is. */
  Optional<Decoding> corrected(FfmpegLog report) {
    boolean mean = options.channel() == Channel.MIX; // it cannot be too loud
    if (!format.surround()
        && !mean
        && report.mapped().filter(FfmpegLog.Stream::surround).isPresent()) {
      return Optional.of(holding(new AudioFormat(0, 3)));
    }
    List<AudioFormat> seen = report.formats();
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    boolean onlyMono = seen.stream().allMatch(each -> each.channels() == 1);
    MonoMix.Sides right = onlyMono ? MonoMix.Sides.LEFT : MonoMix.Sides.BOTH;
    if (options.channel() == Channel.RIGHT && sides.orElse(MonoMix.Sides.BOTH) != right) {
      return Optional.of(of(right)); // mono has no second channel
    }
    AudioFormat all = seen.stream().reduce(format, AudioFormat::and);
    AudioFormat wanted =
        new AudioFormat(all.rate(), mean ? Math.min(2, all.channels()) : all.channels());
    AudioFormat first = seen.getFirst();
    int start = options.mono() && !mean ? 2 : Math.min(2, first.channels());
    AudioFormat made =
        new AudioFormat(
            format.rate() == 0 ? first.rate() : format.rate(),
            format.channels() == 0 ? start : format.channels());
    return made.isLessThan(wanted) ? Optional.of(holding(wanted)) : Optional.empty();
  }

  private Decoding holding(AudioFormat other) {
    return new Decoding(options, format.and(other), sides, more);
  }

  /**
   * The MP3 sample rate nearest to the source's, and one or two channels. Where they change in the
   * middle, what holds all; ffmpeg alone would keep to the first. If the source has more channels,
   * the layout is fixed too, because later filters cannot leave that choice open.
   */
  String filters() {
    String open = format.channels() > 1 ? "stereo" : "mono|stereo";
    return switch (options.channel()) {
          case ALL -> layout(open);
          case LEFT -> side(0);
          case RIGHT -> side(sides.filter(MonoMix.Sides.LEFT::equals).isPresent() ? 0 : 1);
          case MIX ->
              sides.isEmpty()
                  ? layout(open)
                  : switch (sides.get()) {
                    case LEFT -> layout("stereo") + ",pan=mono|c0=c0";
                    case RIGHT -> layout("stereo") + ",pan=mono|c0=c1";
                    case BOTH, OPPOSED -> layout("mono");
                  };
        }
        + more;
  }

  private String layout(String layouts) {
    String rates =
        format.rate() > 0
            ? Integer.toString(format.mp3Rate())
            : AudioFormat.MP3_RATES.stream().map(String::valueOf).collect(Collectors.joining("|"));
    return "aformat=sample_rates=" + rates + ":channel_layouts=" + layouts;
  }

  /** One channel as it is: mono counts as both sides, and of surround it is a front channel. */
  private String side(int channel) {
    String pan = "pan=mono|c0=c" + channel;
    return format.surround()
        ? pan + "," + layout("mono")
        : layout(channel == 0 ? "mono|stereo" : "stereo") + "," + pan;
  }

  /**
   * Mixes decoded audio to mono where the options ask for it and it is not known whether a side is
   * silent; empty where nothing is left to mix.
   */
  Optional<MonoMix> mix(Matroska.Header header, Pcm pcm) {
    return options.channel() == Channel.MIX && sides.isEmpty() && header.channels() == 2
        ? Optional.of(new MonoMix(pcm))
        : Optional.empty();
  }

  /**
   * Whether the channels are mixed down to a sum that can exceed full scale. For mono the mix is
   * the mean of the channels; and a gain for a wanted loudness has its own limiter.
   */
  boolean mixesDown() {
    return format.surround() && !options.mono() && options.loudness().isEmpty();
  }
}

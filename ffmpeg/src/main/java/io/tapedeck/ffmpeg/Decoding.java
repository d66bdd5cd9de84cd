package io.tapedeck.ffmpeg;

import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Track;
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
 * @param tracks which audio tracks, as positions from 0; several are mixed
 * @param format what holds all formats that the audio was seen in; unknown at first
 * @param pan a filter with a comma behind it that gives channels without names two sides; or empty
 * @param sides what left and right hold, if they are mixed to mono and it is known
 * @param seeks whether a part may be found by its times
 * @param more filters behind the fixed ones
 */
public record Decoding(
    ConversionOptions options,
    List<Integer> tracks,
    AudioFormat format,
    String pan,
    Optional<MonoMix.Sides> sides,
    boolean seeks,
    String more) {
  private static final String LEFT_ONLY = ",pan=mono|c0=c0";
  private static final String RIGHT_ONLY = ",pan=mono|c0=c1";

  public Decoding(ConversionOptions options) {
    this(
        options,
        List.of(options.track() instanceof Track.Numbered(int number) ? number - 1 : 0),
        AudioFormat.UNKNOWN,
        "",
        Optional.empty(),
        true,
        "");
  }

  /** The same for a mix to mono of sides that are known by now. */
  public Decoding of(MonoMix.Sides known) {
    return new Decoding(options, tracks, format, pan, Optional.of(known), seeks, more);
  }

  /** The same for a file whose times do not lead to a part. */
  public Decoding fromTheBeginning() {
    return new Decoding(options, tracks, format, pan, sides, false, more);
  }

  /**
   * The same with filters behind the fixed ones.
   *
   * @param rate of the MP3: later filters cannot leave that choice open
   */
  public Decoding filtered(String filters, int rate) {
    AudioFormat fixed = format.and(new AudioFormat(rate, 0));
    return new Decoding(options, tracks, fixed, pan, sides, seeks, filters);
  }

  /**
   * What is right by the messages of the child that decodes like this; empty if this is.
   *
   * @param all audio tracks of the file
   * @param seen formats that were decoded so far, in their order
   * @throws Refusal {@link io.tapedeck.core.Code#TRACK_NOT_FOUND}
   */
  public Optional<Decoding> corrected(List<AudioTrack> all, List<AudioFormat> seen) {
    List<Integer> right = AudioTrack.chosen(options.track(), all);
    if (right.isEmpty() && !all.isEmpty()) {
      throw AudioTrack.notFound(options.track(), all);
    }
    if (!right.isEmpty() && !right.equals(tracks)) {
      int rate = right.stream().mapToInt(place -> all.get(place).rate()).max().orElse(0);
      AudioFormat wide = right.size() > 1 ? new AudioFormat(rate, 3) : AudioFormat.UNKNOWN;
      return Optional.of(new Decoding(options, right, wide, "", Optional.empty(), seeks, more));
    }
    Optional<String> unnamed =
        right.size() == 1 ? all.get(right.getFirst()).pan() : Optional.empty();
    if (unnamed.isPresent() && pan.isEmpty()) {
      AudioFormat wide = format.and(new AudioFormat(0, 3));
      return Optional.of(new Decoding(options, tracks, wide, unnamed.get(), sides, seeks, more));
    }
    int rate = right.size() == 1 ? all.get(right.getFirst()).rate() : 0;
    boolean choice = format.rate() == 0 && rate > 0 && !AudioFormat.MP3_RATES.contains(rate);
    if (choice && options.mono()) {
      return Optional.of(holding(new AudioFormat(rate, 0))); // the filters of one channel follow
    }
    boolean mean = options.channel() == Channel.MIX; // it cannot be too loud
    if (!format.surround() && !mean && right.size() == 1 && all.get(right.getFirst()).surround()) {
      return Optional.of(holding(new AudioFormat(0, 3)));
    }
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    boolean onlyMono = seen.stream().allMatch(each -> each.channels() == 1);
    if (options.channel() == Channel.RIGHT && onlyMono && sides.isEmpty()) {
      return Optional.of(of(MonoMix.Sides.LEFT)); // mono has no second channel
    }
    if (options.channel() == Channel.RIGHT && !onlyMono && onlyLeft()) {
      return Optional.of(of(MonoMix.Sides.BOTH)); // later it has: this does not change back
    }
    AudioFormat largest = seen.stream().reduce(format, AudioFormat::and);
    AudioFormat wanted =
        new AudioFormat(
            largest.rate(), mean ? Math.min(2, largest.channels()) : largest.channels());
    AudioFormat first = seen.getFirst();
    int start = options.mono() && !mean ? 2 : Math.min(2, first.channels());
    AudioFormat made =
        new AudioFormat(
            format.rate() == 0 ? first.rate() : format.rate(),
            format.channels() == 0 ? start : format.channels());
    return made.isLessThan(wanted) ? Optional.of(holding(wanted)) : Optional.empty();
  }

  private boolean onlyLeft() {
    return sides.filter(MonoMix.Sides.LEFT::equals).isPresent();
  }

  private Decoding holding(AudioFormat other) {
    return new Decoding(options, tracks, format.and(other), pan, sides, seeks, more);
  }

  /**
   * The MP3 sample rate nearest to the source's, and one or two channels. Where they change in the
   * middle, what holds all; ffmpeg alone would keep to the first. If the source has more channels,
   * the layout is fixed too, because later filters cannot leave that choice open.
   */
  public String filters() {
    String open = format.channels() > 1 ? "stereo" : "mono|stereo";
    return switch (options.channel()) {
          case ALL -> pan + layout(open);
          case LEFT -> side(0);
          case RIGHT -> side(onlyLeft() ? 0 : 1);
          case MIX ->
              sides.isEmpty()
                  ? pan + layout(open)
                  : pan
                      + switch (sides.get()) {
                        case LEFT -> layout("stereo") + LEFT_ONLY;
                        case RIGHT -> layout("stereo") + RIGHT_ONLY;
                        case BOTH, OPPOSED -> layout("mono");
                      };
        }
        + more;
  }

  /**
   * Several tracks as one, each with its own start and as long as the longest, not made quieter:
   * the sum is limited where it is too loud. For {@code -filter_complex}.
   */
  public String mixed() {
    StringBuilder graph = new StringBuilder();
    for (int track : tracks) {
      graph.append(
          "[0:a:%1$d]aresample=async=1:first_pts=0,%2$s[t%1$d];"
              .formatted(track, layout("stereo")));
    }
    tracks.forEach(track -> graph.append("[t").append(track).append(']'));
    String channel =
        switch (options.channel()) {
          case ALL -> "";
          case LEFT -> LEFT_ONLY;
          case RIGHT -> RIGHT_ONLY;
          case MIX ->
              sides.isEmpty()
                  ? ""
                  : switch (sides.get()) {
                    case LEFT -> LEFT_ONLY;
                    case RIGHT -> RIGHT_ONLY;
                    case BOTH, OPPOSED -> ",pan=mono|c0=.5*c0+.5*c1";
                  };
        };
    return graph
        + "amix=inputs="
        + tracks.size()
        + ":duration=longest:normalize=0"
        + channel
        + more
        + "[mixed]";
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
    String pan = channel == 0 ? LEFT_ONLY : RIGHT_ONLY;
    return format.surround()
        ? pan.substring(1) + "," + layout("mono")
        : layout(channel == 0 ? "mono|stereo" : "stereo") + pan;
  }

  /**
   * Mixes decoded audio to mono where the options ask for it and it is not known whether a side is
   * silent; empty where nothing is left to mix.
   */
  public Optional<MonoMix> mix(Matroska.Header header, Pcm pcm) {
    return options.channel() == Channel.MIX && sides.isEmpty() && header.channels() == 2
        ? Optional.of(new MonoMix(pcm))
        : Optional.empty();
  }

  /**
   * Whether channels or tracks are mixed to a sum that can exceed full scale. For mono the mix is
   * the mean of the channels; and a gain for a wanted loudness has its own limiter.
   */
  public boolean sums() {
    return options.loudness().isEmpty()
        && (tracks.size() > 1 || (format.surround() && !options.mono()));
  }
}

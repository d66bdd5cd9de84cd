package io.tapedeck.convert;

import io.tapedeck.cage.Cage;
import io.tapedeck.cage.CageMode;
import io.tapedeck.core.Channel;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Id3;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Track;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.ffmpeg.Limits;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code convert} and {@code watch}: what the MP3s are like, and who makes them. */
public final class AudioOptions {
  @ArgGroup(exclusive = true)
  private @Nullable QualityChoice choice;

  /** The quality: one of the two options. */
  private static final class QualityChoice {
    @Option(
        names = {"-q", "--quality"},
        paramLabel = "0..9",
        description = "Variable bitrate: 0 is the best, 9 the smallest. Default: 2.")
    private @Nullable Integer level;

    @Option(
        names = {"-b", "--bitrate"},
        paramLabel = "KBPS",
        description = "Constant bitrate, 32 to 320 kbit/s.")
    private @Nullable Integer bitrate;
  }

  @Option(
      names = "--start",
      paramLabel = "T",
      description = "Begin here: 90, 1:30 or 1:02:30.5.",
      converter = Moment.class)
  private Duration start = Duration.ZERO;

  @Option(
      names = "--end",
      paramLabel = "T",
      description = "End here, counted from the file's start.",
      converter = Moment.class)
  private @Nullable Duration end;

  @Option(
      names = "--channel",
      paramLabel = "left|right|mix|all",
      description = "Keep one channel, or mix all to one. Default: all.",
      converter = OneChannel.class)
  private Channel channel = Channel.ALL;

  @Option(names = "--mono", description = "The same as --channel mix.")
  private boolean mono;

  @Option(
      names = "--loudness",
      paramLabel = "LUFS",
      description = "Bring it to this loudness (EBU R128), such as -16.")
  private @Nullable Double loudness;

  @Option(
      names = "--track",
      paramLabel = "N|LANG|mix|all",
      description =
          "The N-th audio track, the one in a language such as ita, all mixed, or an MP3 of each"
              + " (convert only).")
  private String track = new Track.Default().toText();

  @Option(
      names = "--id3",
      paramLabel = "2.3|2.4",
      description = "The version of the tags. Default: ${DEFAULT-VALUE}.")
  private String id3 = Id3.DEFAULT.version();

  @Option(names = "--id3v1", description = "Write the old 128-byte tag behind the audio too.")
  private boolean id3v1;

  @Option(
      names = "--encode",
      description =
          "Encode anew even where the audio is MP3 already and could be kept; so do -q and -b.")
  private boolean encode;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use over all files. Default: all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Files to convert at once. Default: as many as there are threads.")
  private @Nullable Integer jobs;

  @Option(names = "--keep-date", description = "Give each MP3 the modification time of its video.")
  private boolean keepDate;

  @Option(
      names = {"-f", "--force"},
      description = "Replace MP3s that are there already.")
  private boolean force;

  @Option(names = "--json", description = "One JSON line for each file on standard output.")
  private boolean json;

  @Option(names = "--quiet", description = "Print problems and warnings only.")
  private boolean quiet;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /**
   * What the options say of the audio.
   *
   * @throws IllegalArgumentException when a value is not possible
   */
  public ConversionOptions conversion() {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads is 1 or more");
    }
    if (jobs() < 1) {
      throw new IllegalArgumentException("--jobs is 1 or more");
    }
    return new ConversionOptions(
        quality(),
        start,
        Optional.ofNullable(end),
        mono ? Channel.MIX : channel,
        loudness == null ? OptionalDouble.empty() : OptionalDouble.of(loudness),
        eachTrack() ? new Track.Default() : Track.ofText(track),
        !encode && choice == null,
        Id3.DEFAULT.withVersion(id3).withV1(id3v1));
  }

  /**
   * The same for a command that makes one MP3 of a file.
   *
   * @throws IllegalArgumentException when a value is not possible
   */
  public ConversionOptions oneMp3() {
    if (eachTrack()) {
      throw new IllegalArgumentException("--track all is for convert; name one track, or mix");
    }
    return conversion();
  }

  /** Whether each track gets its own MP3. */
  boolean eachTrack() {
    return track.equalsIgnoreCase("all");
  }

  private Quality quality() {
    if (choice == null) {
      return Quality.DEFAULT;
    }
    return choice.bitrate != null
        ? new Quality.Cbr(choice.bitrate)
        : new Quality.Vbr(choice.level == null ? 2 : choice.level);
  }

  /**
   * With this machine's ffmpeg and encoder, in the best cage that can be had here unless
   * TAPEDECK_CONVERTER_CAGE says otherwise.
   */
  public static Extractor extractor() {
    Ffmpeg ffmpeg =
        Ffmpeg.find(Optional.empty(), System.getenv().getOrDefault("PATH", ""))
            .caged(cage(System.getenv("TAPEDECK_CONVERTER_CAGE")), Cage.MOST_MEMORY);
    return new Extractor(ffmpeg, new Engine(Optional.empty()), Limits.GENEROUS, Clock.systemUTC());
  }

  private static CageMode cage(@Nullable String variable) {
    if (variable == null || variable.isEmpty()) {
      return CageMode.BEST;
    }
    return Stream.of(CageMode.values())
        .filter(mode -> mode.name().equalsIgnoreCase(variable))
        .findFirst()
        .orElseThrow(
            () -> new Outage("TAPEDECK_CONVERTER_CAGE is one of required, best, off", null));
  }

  /** Cores for all files together. */
  public int threads() {
    return threads;
  }

  /** The most files at once. */
  public int jobs() {
    return jobs == null ? threads : jobs;
  }

  public boolean keepDate() {
    return keepDate;
  }

  public boolean force() {
    return force;
  }

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  /** What a supplier makes; what it refuses is a usage error of the command. */
  public <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      CommandLine command = spec == null ? new CommandLine(this) : spec.commandLine();
      throw new ParameterException(command, e.getMessage());
    }
  }

  /** Parses a channel. */
  private static final class OneChannel implements CommandLine.ITypeConverter<Channel> {
    @Override
    public Channel convert(String value) {
      try {
        return Channel.ofWire(value);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }

  /** Parses a time in a recording. */
  private static final class Moment implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        return Units.moment(value);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }
}

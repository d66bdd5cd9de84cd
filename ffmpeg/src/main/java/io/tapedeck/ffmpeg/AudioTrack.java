package io.tapedeck.ffmpeg;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.core.Track;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An audio track by what its file says of it.
 *
 * @param codec what people call its format
 * @param language as the file marks it; empty if it does not
 * @param title empty if it has none
 * @param layout such as stereo or 5.1; empty if nothing in it can be decoded
 * @param rate samples per second, 0 if not known
 * @param flagged whether the file marks it as its default
 * @param secondary whether it is for some people only: a commentary, a description for the blind
 */
public record AudioTrack(
    String codec,
    String language,
    String title,
    String layout,
    int rate,
    boolean flagged,
    boolean secondary) {
  private static final int MOST_SHOWN = 20;
  private static final Pattern FORMAT =
      Pattern.compile(", (\\d{1,7}) Hz, (?!0 channels)([^,(]+(?:\\([a-z-]+\\))?)");
  private static final Pattern FLAGS = Pattern.compile("((?: \\([a-z -]+\\))+)$");
  private static final Set<String> NARROW =
      Set.of("", "mono", "stereo", "downmix", "1 channels", "2 channels");
  private static final Set<String> SECONDARY =
      Set.of(
          "comment",
          "descriptions",
          "visual impaired",
          "hearing impaired",
          "clean effects",
          "karaoke",
          "dependent");

  /**
   * Reads what ffmpeg prints of a track.
   *
   * @param rest of the line, behind the codec
   */
  public static AudioTrack of(String language, String codec, String rest) {
    Matcher format = FORMAT.matcher(rest);
    Matcher flags = FLAGS.matcher(rest);
    boolean known = format.find() && !codec.equals("none");
    Set<String> marked =
        flags.find()
            ? Set.copyOf(
                List.of(flags.group(1).substring(2).replaceFirst("\\)$", "").split("\\) \\(")))
            : Set.of();
    return new AudioTrack(
        codec,
        language.equals("und") ? "" : language,
        "",
        known ? format.group(2).strip() : "",
        known ? Integer.parseInt(format.group(1)) : 0,
        marked.contains("default"),
        marked.stream().anyMatch(SECONDARY::contains));
  }

  /** The same with its title. */
  public AudioTrack titled(String name) {
    return new AudioTrack(codec, language, name, layout, rate, flagged, secondary);
  }

  /** Whether it must be mixed down for MP3. */
  public boolean surround() {
    return !NARROW.contains(layout);
  }

  /** The filter that it needs first, where its channels have no names; see {@link DownMix}. */
  public Optional<String> pan() {
    return DownMix.of(", " + layout);
  }

  private boolean playable() {
    return !layout.isEmpty();
  }

  /**
   * The tracks that a wish means, as positions from 0; none if the file has no such track. As
   * players do, the default is the first that the file marks as its default, and neither a
   * commentary nor a track without audio while there are others.
   */
  public static List<Integer> chosen(Track wish, List<AudioTrack> all) {
    return switch (wish) {
      case Track.Default() -> best(all, place -> true);
      case Track.Numbered(int number) -> number > all.size() ? List.of() : List.of(number - 1);
      case Track.Language language ->
          best(all, place -> language.matches(all.get(place).language()));
      case Track.Mix() -> {
        List<Integer> heard =
            places(all).filter(place -> all.get(place).playable()).boxed().toList();
        yield heard.isEmpty() ? best(all, place -> true) : heard;
      }
    };
  }

  private static IntStream places(List<AudioTrack> all) {
    return IntStream.range(0, all.size());
  }

  private static List<Integer> best(List<AudioTrack> all, IntPredicate suitable) {
    Comparator<Integer> rank = Comparator.comparingInt(place -> all.get(place).rank());
    return places(all)
        .filter(suitable)
        .boxed()
        .max(rank.thenComparing(Comparator.reverseOrder()))
        .stream()
        .toList();
  }

  private int rank() {
    return (playable() ? 4 : 0) + (secondary ? 0 : 2) + (flagged ? 1 : 0);
  }

  /** For a track that the file does not have; names those that it has. */
  public static Refusal notFound(Track wish, List<AudioTrack> all) {
    return new Refusal(
        Code.TRACK_NOT_FOUND,
        "track " + wish.toText() + " was asked for; the file has " + list(all, track -> true));
  }

  /** The tracks as a list to read, such as {@code 1: ita stereo, 3: eng 5.1 "Commentary"}. */
  public static String list(List<AudioTrack> all, IntPredicate shown) {
    return places(all)
        .filter(shown)
        .limit(MOST_SHOWN)
        .mapToObj(place -> (place + 1) + ": " + all.get(place).described())
        .collect(Collectors.joining(", "));
  }

  private String described() {
    return Stream.of(language, codec, layout, title.isEmpty() ? "" : Text.shown(title))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }
}

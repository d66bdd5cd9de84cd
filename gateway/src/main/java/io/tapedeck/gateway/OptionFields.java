package io.tapedeck.gateway;

import io.tapedeck.core.Channel;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Id3;
import io.tapedeck.core.Quality;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.core.Track;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a conversion as form fields, as metadata of a resumable upload, and as JSON. All
 * three use the same names and values.
 */
final class OptionFields {
  static final List<String> NAMES =
      List.of(
          "quality",
          "bitrate",
          "start",
          "end",
          "mono",
          "channel",
          "loudness",
          "track",
          "copy",
          "id3",
          "id3v1");

  private static final Pattern TIME =
      Pattern.compile("(?:(?:(\\d{1,3}):)?(\\d{1,4}):)?(\\d{1,7})(?:\\.(\\d{1,9}))?");

  private OptionFields() {}

  /**
   * Reads options. An absent or blank field gets its default.
   *
   * @throws Refusal {@link Code#INVALID_OPTION}, which names the field
   */
  static ConversionOptions read(Map<String, String> fields) {
    Map<String, String> given = new LinkedHashMap<>(fields);
    given.values().removeIf(String::isBlank);
    given.replaceAll((name, value) -> value.strip());
    if (given.containsKey("quality") && given.containsKey("bitrate")) {
      throw new Refusal(Code.INVALID_OPTION, "give quality or bitrate, not both");
    }
    ConversionOptions none = ConversionOptions.DEFAULT;
    Quality quality =
        given.containsKey("bitrate")
            ? field(
                given, "bitrate", text -> new Quality.Cbr(Integer.parseInt(text)), none.quality())
            : field(
                given, "quality", text -> new Quality.Vbr(Integer.parseInt(text)), none.quality());
    Duration start = field(given, "start", OptionFields::time, none.start());
    Optional<Duration> end =
        field(given, "end", text -> Optional.of(time(text)), Optional.<Duration>empty());
    if (given.containsKey("mono") && given.containsKey("channel")) {
      throw new Refusal(Code.INVALID_OPTION, "give mono or channel, not both");
    }
    Channel mono =
        field(given, "mono", text -> truth(text) ? Channel.MIX : Channel.ALL, none.channel());
    Channel channel = field(given, "channel", Channel::ofWire, mono);
    OptionalDouble loudness =
        field(
            given,
            "loudness",
            text -> OptionalDouble.of(Double.parseDouble(text)),
            none.loudness());
    Track track = field(given, "track", Track::ofText, none.track());
    boolean copy = field(given, "copy", OptionFields::truth, none.copy());
    Id3 id3 =
        field(given, "id3", none.id3()::withVersion, none.id3())
            .withV1(field(given, "id3v1", OptionFields::truth, none.id3().v1()));
    try {
      return new ConversionOptions(quality, start, end, channel, loudness, track, copy, id3);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.INVALID_OPTION, String.valueOf(e.getMessage()));
    }
  }

  /** Options as the members of a JSON object; times in seconds. */
  static Map<String, @Nullable Object> members(ConversionOptions options) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    switch (options.quality()) {
      case Quality.Vbr(int level) -> members.put("quality", level);
      case Quality.Cbr(int kbps) -> members.put("bitrate", kbps);
    }
    members.put("start", seconds(options.start()));
    members.put("end", options.end().map(OptionFields::seconds).orElse(null));
    members.put("mono", options.channel() == Channel.MIX);
    members.put("channel", options.channel().wire());
    members.put(
        "loudness", options.loudness().isPresent() ? options.loudness().getAsDouble() : null);
    members.put("track", member(options.track()));
    members.put("copy", options.copy());
    members.put("id3", options.id3().version());
    members.put("id3v1", options.id3().v1());
    return members;
  }

  /** A number as a number, everything else as text. */
  private static Object member(Track track) {
    return track instanceof Track.Numbered(int number) ? number : track.toText();
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private interface Reader<T> {
    T read(String text);
  }

  private static <T> T field(
      Map<String, String> given, String name, Reader<T> reader, T otherwise) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return reader.read(text);
    } catch (NumberFormatException e) {
      throw new Refusal(Code.INVALID_OPTION, name + " is not a number: " + Text.shown(text));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new Refusal(Code.INVALID_OPTION, name + ": " + e.getMessage());
    }
  }

  /** Seconds, or hours, minutes and seconds: 83.5, 1:23.5, 1:02:03. */
  private static Duration time(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new IllegalArgumentException(
          "a time is seconds or h:mm:ss, such as 83.5 or 1:02:03, not " + Text.shown(text));
    }
    long nanos =
        Long.parseLong(
            ((time.group(4) == null ? "" : time.group(4)) + "000000000").substring(0, 9));
    return Duration.ofHours(number(time.group(1)))
        .plusMinutes(number(time.group(2)))
        .plusSeconds(number(time.group(3)))
        .plusNanos(nanos);
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw new IllegalArgumentException("true or false, not " + Text.shown(text));
    };
  }
}

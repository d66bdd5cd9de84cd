package io.tapedeck.core;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/**
 * The options that a person may choose for an MP3.
 *
 * @param quality VBR level or constant bitrate
 * @param start where the part to convert begins, from the start of the file; zero or more
 * @param end where that part ends, from the start of the file; after start; empty for the file's
 *     end
 * @param mono whether all channels are mixed into one
 * @param loudness the wanted integrated loudness in LUFS (EBU R128), -70 to -5; empty to leave the
 *     loudness as it is
 * @param track the number of the audio track; the first track is 1
 * @param copy whether an MP3 source is copied instead of encoded again, when nothing else prevents
 *     a copy
 */
public record ConversionOptions(
    Quality quality,
    Duration start,
    Optional<Duration> end,
    boolean mono,
    OptionalDouble loudness,
    int track,
    boolean copy) {
  public static final ConversionOptions DEFAULT =
      new ConversionOptions(
          Quality.DEFAULT, Duration.ZERO, Optional.empty(), false, OptionalDouble.empty(), 1, true);

  public ConversionOptions {
    if (start.isNegative()) {
      throw new IllegalArgumentException("start is before the file begins");
    }
    if (end.isPresent() && end.get().compareTo(start) <= 0) {
      throw new IllegalArgumentException("end is not after start");
    }
    if (loudness.isPresent() && !(loudness.getAsDouble() >= -70 && loudness.getAsDouble() <= -5)) {
      throw new IllegalArgumentException(
          "loudness is -70 to -5 LUFS, not " + loudness.getAsDouble());
    }
    if (track < 1 || track > 999) {
      throw new IllegalArgumentException("a track is a number from 1, not " + track);
    }
  }

  public ConversionOptions withQuality(Quality other) {
    return new ConversionOptions(other, start, end, mono, loudness, track, copy);
  }

  /**
   * The canonical short form that stores keep, such as {@code q=2;start=PT1S;mono}. Equal options
   * give equal text.
   */
  public String toText() {
    StringJoiner text = new StringJoiner(";");
    switch (quality) {
      case Quality.Vbr(int level) -> text.add("q=" + level);
      case Quality.Cbr(int kbps) -> text.add("b=" + kbps);
    }
    if (!start.isZero()) {
      text.add("start=" + start);
    }
    end.ifPresent(at -> text.add("end=" + at));
    if (mono) {
      text.add("mono");
    }
    loudness.ifPresent(lufs -> text.add("loudness=" + lufs));
    if (track != 1) {
      text.add("track=" + track);
    }
    if (!copy) {
      text.add("encode");
    }
    return text.toString();
  }

  /** Reads the text of {@link #toText()}; other text throws {@link IllegalArgumentException}. */
  public static ConversionOptions ofText(String text) {
    ConversionOptions o = DEFAULT;
    for (String part : text.split(";")) {
      String value = part.substring(part.indexOf('=') + 1);
      o =
          switch (part.replaceFirst("=.*", "")) {
            case "q" -> o.withQuality(new Quality.Vbr(Integer.parseInt(value)));
            case "b" -> o.withQuality(new Quality.Cbr(Integer.parseInt(value)));
            case "start" ->
                new ConversionOptions(
                    o.quality, Duration.parse(value), o.end, o.mono, o.loudness, o.track, o.copy);
            case "end" ->
                new ConversionOptions(
                    o.quality,
                    o.start,
                    Optional.of(Duration.parse(value)),
                    o.mono,
                    o.loudness,
                    o.track,
                    o.copy);
            case "mono" ->
                new ConversionOptions(o.quality, o.start, o.end, true, o.loudness, o.track, o.copy);
            case "loudness" ->
                new ConversionOptions(
                    o.quality,
                    o.start,
                    o.end,
                    o.mono,
                    OptionalDouble.of(Double.parseDouble(value)),
                    o.track,
                    o.copy);
            case "track" ->
                new ConversionOptions(
                    o.quality, o.start, o.end, o.mono, o.loudness, Integer.parseInt(value), o.copy);
            case "encode" ->
                new ConversionOptions(
                    o.quality, o.start, o.end, o.mono, o.loudness, o.track, false);
            default ->
                throw new IllegalArgumentException("not conversion options: " + Text.shown(text));
          };
    }
    return o;
  }
}

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
 * @param channel which channels come into the MP3
 * @param loudness the wanted integrated loudness in LUFS (EBU R128), -70 to -5; empty to leave the
 *     loudness as it is
 * @param track the audio track
 * @param copy whether an MP3 source is copied instead of encoded again, when nothing else prevents
 *     a copy
 * @param id3 the versions of the tags
 */
public record ConversionOptions(
    Quality quality,
    Duration start,
    Optional<Duration> end,
    Channel channel,
    OptionalDouble loudness,
    Track track,
    boolean copy,
    Id3 id3) {
  public static final ConversionOptions DEFAULT =
      new ConversionOptions(
          Quality.DEFAULT,
          Duration.ZERO,
          Optional.empty(),
          Channel.ALL,
          OptionalDouble.empty(),
          new Track.Default(),
          true,
          Id3.DEFAULT);

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
  }

  /** Whether one channel comes into the MP3. */
  public boolean mono() {
    return channel != Channel.ALL;
  }

  public ConversionOptions withQuality(Quality other) {
    return new ConversionOptions(other, start, end, channel, loudness, track, copy, id3);
  }

  public ConversionOptions withStart(Duration other) {
    return new ConversionOptions(quality, other, end, channel, loudness, track, copy, id3);
  }

  public ConversionOptions withEnd(Duration other) {
    return new ConversionOptions(
        quality, start, Optional.of(other), channel, loudness, track, copy, id3);
  }

  public ConversionOptions withChannel(Channel other) {
    return new ConversionOptions(quality, start, end, other, loudness, track, copy, id3);
  }

  public ConversionOptions withLoudness(double other) {
    return new ConversionOptions(
        quality, start, end, channel, OptionalDouble.of(other), track, copy, id3);
  }

  public ConversionOptions withTrack(Track other) {
    return new ConversionOptions(quality, start, end, channel, loudness, other, copy, id3);
  }

  public ConversionOptions withCopy(boolean other) {
    return new ConversionOptions(quality, start, end, channel, loudness, track, other, id3);
  }

  public ConversionOptions withId3(Id3 other) {
    return new ConversionOptions(quality, start, end, channel, loudness, track, copy, other);
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
    switch (channel) {
      case ALL -> {}
      case MIX -> text.add("mono");
      case LEFT, RIGHT -> text.add("channel=" + channel.wire());
    }
    loudness.ifPresent(lufs -> text.add("loudness=" + lufs));
    if (!track.equals(new Track.Default())) {
      text.add("track=" + track.toText());
    }
    if (!copy) {
      text.add("encode");
    }
    if (id3.minor() != Id3.DEFAULT.minor()) {
      text.add("id3=" + id3.version());
    }
    if (id3.v1()) {
      text.add("id3v1");
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
            case "start" -> o.withStart(Duration.parse(value));
            case "end" -> o.withEnd(Duration.parse(value));
            case "mono" -> o.withChannel(Channel.MIX);
            case "channel" -> o.withChannel(Channel.ofWire(value));
            case "loudness" -> o.withLoudness(Double.parseDouble(value));
            case "track" -> o.withTrack(Track.ofText(value));
            case "encode" -> o.withCopy(false);
            case "id3" -> o.withId3(o.id3.withVersion(value));
            case "id3v1" -> o.withId3(o.id3.withV1(true));
            default ->
                throw new IllegalArgumentException("not conversion options: " + Text.shown(text));
          };
    }
    return o;
  }
}

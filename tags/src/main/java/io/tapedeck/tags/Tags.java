package io.tapedeck.tags;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an MP3 says of itself, independent of the version of ID3 in which it is written. {@link
 * Id3v2} and {@link Id3v1} write it.
 *
 * @param frames in the order of writing
 * @param cover the front cover, if there is one
 * @param chapters in the order of time
 */
public record Tags(List<Frame> frames, Optional<Cover> cover, List<Chapter> chapters) {
  /** No tags; writes no byte. */
  public static final Tags NONE = new Tags(List.of(), Optional.empty(), List.of());

  private static final int LARGEST_COVER = 32 << 20;

  public Tags {
    frames = List.copyOf(frames);
    chapters = List.copyOf(chapters);
  }

  /** A statement of the tag; zeros in texts are removed, because a zero would end the text. */
  public sealed interface Frame {
    /**
     * A text frame, such as {@code TIT2} (title) or {@code TPE1} (artists).
     *
     * @param id four letters by ID3v2.4; the writer finds the frames of ID3v2.3
     * @param values one, or several where ID3 allows them
     */
    record Text(String id, List<String> values) implements Frame {
      private static final Pattern ID = Pattern.compile("T[A-Z0-9]{3}");

      public Text {
        if (!ID.matcher(id).matches() || id.equals("TXXX")) {
          throw new IllegalArgumentException("not the name of an ID3 text frame: " + id);
        }
        values = List.copyOf(values);
      }
    }

    /** A text with a name that is not ID3's ({@code TXXX}). */
    record Custom(String name, String value) implements Frame {}

    /**
     * A text in a language: a comment ({@code COMM}) or lyrics ({@code USLT}).
     *
     * @param language three letters by ISO 639-2; {@code XXX} if it is not known
     * @param name what kind it is, or nothing
     */
    record Remark(String id, String language, String name, String text) implements Frame {
      private static final Pattern LANGUAGE = Pattern.compile("[a-z]{3}|XXX");

      public Remark {
        if (!id.equals("COMM") && !id.equals("USLT")) {
          throw new IllegalArgumentException("a text in a language is COMM or USLT, not " + id);
        }
        if (!LANGUAGE.matcher(language).matches()) {
          throw new IllegalArgumentException("a language has three letters, not " + language);
        }
      }
    }

    /**
     * An address, such as {@code WOAS} (where the source is).
     *
     * @param id four letters
     */
    record Link(String id, String address) implements Frame {}

    /** The mark of a podcast's episode ({@code PCST}). */
    record Podcast() implements Frame {}
  }

  /**
   * A picture.
   *
   * @param mime {@code image/jpeg} or {@code image/png}
   * @param bytes of the file, at most 32 MiB; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // a picture, never compared
  public record Cover(String mime, byte[] bytes) {
    public Cover {
      if (!mime.equals("image/jpeg") && !mime.equals("image/png")) {
        throw new IllegalArgumentException("a cover is image/jpeg or image/png, not " + mime);
      }
      if (bytes.length == 0 || bytes.length > LARGEST_COVER) {
        throw new IllegalArgumentException(
            "a cover has 1 byte to 32 MiB, not " + bytes.length + " bytes");
      }
    }
  }

  /**
   * A part of the audio.
   *
   * @param start from the beginning of the audio, below 49 days
   * @param end not before {@code start}
   * @param title empty if it has none
   */
  public record Chapter(Duration start, Duration end, String title) {
    public Chapter {
      if (start.isNegative() || end.compareTo(start) < 0 || end.toMillis() > 0xFFFFFFFEL) {
        throw new IllegalArgumentException(
            "a chapter cannot go from " + start + " to " + end + ": " + title);
      }
    }
  }

  /** The same tags with one more text frame; an empty value is left out. */
  public Tags with(String id, String value) {
    return value.isBlank() ? this : with(new Frame.Text(id, List.of(value)));
  }

  /** The same tags with one more frame. */
  public Tags with(Frame frame) {
    List<Frame> more = new ArrayList<>(frames);
    more.add(frame);
    return new Tags(more, cover, chapters);
  }

  /** The same tags with this cover. */
  public Tags with(Cover picture) {
    return new Tags(frames, Optional.of(picture), chapters);
  }

  /** The same tags with these chapters. */
  public Tags with(List<Chapter> parts) {
    return new Tags(frames, cover, parts);
  }

  /** The first value of a text frame; empty if there is none. */
  Optional<String> first(String id) {
    return frames.stream()
        .filter(frame -> frame instanceof Frame.Text text && text.id().equals(id))
        .flatMap(frame -> ((Frame.Text) frame).values().stream())
        .findFirst();
  }
}

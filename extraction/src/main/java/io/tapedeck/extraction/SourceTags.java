package io.tapedeck.extraction;

import io.tapedeck.core.Outage;
import io.tapedeck.media.Matroska;
import io.tapedeck.mp3.Tags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries title, cover and chapters over from the source into ID3. */
final class SourceTags {
  /** Matroska's names, as ffmpeg writes them, beside ID3's; in the order they are written. */
  private static final List<Map.Entry<String, String>> FRAMES =
      List.of(
          Map.entry("TITLE", "TIT2"),
          Map.entry("ARTIST", "TPE1"),
          Map.entry("ALBUM", "TALB"),
          Map.entry("ALBUM_ARTIST", "TPE2"),
          Map.entry("COMPOSER", "TCOM"),
          Map.entry("DATE", "TDRC"),
          Map.entry("PART_NUMBER", "TRCK"),
          Map.entry("TRACK", "TRCK"),
          Map.entry("DISC", "TPOS"),
          Map.entry("GENRE", "TCON"),
          Map.entry("COPYRIGHT", "TCOP"),
          Map.entry("COMMENT", "COMM"));

  private static final int LONGEST_TEXT = 2_000;
  private static final int MOST_CHAPTERS = 255;
  private static final int ID3_HEADER = 10;

  /** The latest time that a chapter's 32 bits of milliseconds can name. */
  private static final Duration LATEST = Duration.ofMillis(0xFFFFFFFEL);

  private static final Duration ROUNDING = Duration.ofMillis(50);

  private static final int LARGEST_COVER = 16 << 20;

  private SourceTags() {}

  /**
   * Makes the tags.
   *
   * @param origin where the audio begins on the timeline of the chapters
   */
  static Tags of(Matroska.Header header, Duration origin, Optional<Tags.Cover> cover) {
    Tags tags = Tags.NONE;
    for (Map.Entry<String, String> frame : FRAMES) {
      String value = header.tags().getOrDefault(frame.getKey(), "");
      tags = tags.with(frame.getValue(), shortened(value));
    }
    List<Tags.Chapter> chapters =
        header.chapters().stream().limit(MOST_CHAPTERS).map(c -> chapter(c, origin)).toList();
    tags = tags.with(chapters);
    return cover.isPresent() ? tags.with(cover.get()) : tags;
  }

  private static Tags.Chapter chapter(Matroska.Chapter chapter, Duration origin) {
    Duration start = within(chapter.start().minus(origin), LATEST);
    Duration end = within(chapter.end().minus(origin), LATEST);
    return new Tags.Chapter(
        start, end.compareTo(start) < 0 ? start : end, shortened(chapter.title()));
  }

  private static Duration within(Duration time, Duration latest) {
    return time.isNegative() ? Duration.ZERO : time.compareTo(latest) > 0 ? latest : time;
  }

  /** What is later by a rounding of the container's times is not moved. */
  private static Duration cut(Duration time, Duration length) {
    return time.compareTo(length.plus(ROUNDING)) > 0 ? length : time;
  }

  /** At a code point, so that no half of one is left. */
  private static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    boolean inside = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1));
    return text.substring(0, inside ? LONGEST_TEXT - 1 : LONGEST_TEXT);
  }

  /**
   * Lets chapters end where the audio does, in the tags that stand at the file's beginning. Their
   * times have a fixed size, so nothing moves.
   */
  static void cutChapters(Path file, Tags tags, Duration length) throws IOException {
    List<Tags.Chapter> cut =
        tags.chapters().stream()
            .map(c -> new Tags.Chapter(cut(c.start(), length), cut(c.end(), length), c.title()))
            .toList();
    if (!cut.equals(tags.chapters())) {
      ByteBuffer bytes = ByteBuffer.wrap(tags.with(cut).toBytes());
      bytes.position(ID3_HEADER); // that says how much is kept free behind these bytes too
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes, bytes.position());
        }
      }
    }
  }

  /** Reads a picture that a child copies out; anything but JPEG and PNG is left behind. */
  static Optional<Tags.Cover> cover(Child child) {
    try {
      byte[] bytes = child.output().readNBytes(LARGEST_COVER + 1);
      if (bytes.length > LARGEST_COVER || bytes.length < 4) {
        return Optional.empty();
      }
      int magic = ((bytes[0] & 255) << 16) | ((bytes[1] & 255) << 8) | (bytes[2] & 255);
      return switch (magic) {
        case 0xFFD8FF -> Optional.of(new Tags.Cover("image/jpeg", bytes));
        case 0x89504E -> Optional.of(new Tags.Cover("image/png", bytes));
        default -> Optional.empty();
      };
    } catch (IOException e) {
      throw new Outage("reading the cover failed", e);
    }
  }
}

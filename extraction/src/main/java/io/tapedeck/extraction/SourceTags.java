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

/** Copies title, cover and chapters from the source into ID3. */
final class SourceTags {
  /** Matroska's names, as ffmpeg writes them, and their ID3 names, in the order of writing. */
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

  /** The latest chapter time that fits in 32 bits of milliseconds. */
  private static final Duration LATEST = Duration.ofMillis(0xFFFFFFFEL);

  private static final Duration ROUNDING = Duration.ofMillis(50);

  private static final int LARGEST_COVER = 16 << 20;

  private SourceTags() {}

  /**
   * Makes the tags.
   *
   * @param origin the time on the chapters' timeline at which the audio begins
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

  /** A time that is later only by the container's rounding stays as it is. */
  private static Duration cut(Duration time, Duration length) {
    return time.compareTo(length.plus(ROUNDING)) > 0 ? length : time;
  }

  /** Cuts between code points, so that no half of one remains. */
  private static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    boolean inside = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1));
    return text.substring(0, inside ? LONGEST_TEXT - 1 : LONGEST_TEXT);
  }

  /**
   * Moves the ends of chapters back to the end of the audio, in the tags at the beginning of the
   * file. Chapter times have a fixed size, so no other byte moves.
   */
  static void cutChapters(Path file, Tags tags, Duration length) throws IOException {
    List<Tags.Chapter> cut =
        tags.chapters().stream()
            .map(c -> new Tags.Chapter(cut(c.start(), length), cut(c.end(), length), c.title()))
            .toList();
    if (!cut.equals(tags.chapters())) {
      ByteBuffer bytes = ByteBuffer.wrap(tags.with(cut).toBytes());
      bytes.position(ID3_HEADER); // it also counts the bytes kept free behind these
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes, bytes.position());
        }
      }
    }
  }

  /** Reads a picture that a child copies; skips all formats except JPEG and PNG. */
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

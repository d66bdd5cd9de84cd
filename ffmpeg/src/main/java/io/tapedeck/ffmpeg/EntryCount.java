package io.tapedeck.ffmpeg;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.media.Container;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Counts the tags, chapters and tracks of a file before a child reads it. ffmpeg keeps them in
 * lists that it searches from the beginning for each new one: 50,000 take it half a minute, 300,000
 * a quarter of an hour. Only heads are read, and no more of them than are needed to refuse. What is
 * counted for no kind of file here is bounded by {@link Child#MOST_PREPARATION}.
 */
public final class EntryCount {
  /** Many times as many as the longest audio book has chapters; they take ffmpeg three seconds. */
  static final int MOST_ENTRIES = 15_000;

  /** ffmpeg's own limit of streams; pictures and other attached files count as such. */
  static final int MOST_TRACKS = 1_000;

  static final String REMEDY =
      "copy the audio without them: ffmpeg -i FILE -map 0:a:0 -map_metadata -1 -map_chapters -1 -c copy NEW";

  /** Elements looked at, of any kind: honest files have some thousands outside of their audio. */
  private static final int MOST_ELEMENTS = 1_000_000;

  private final String place;
  private int tags;
  private int chapters;
  private int tracks;
  private int elements;

  /**
   * @param place where they stand, for people, such as "its index"
   */
  EntryCount(String place) {
    this.place = place;
  }

  /**
   * Counts those of a file.
   *
   * @throws Refusal {@link Code#UNREADABLE_MEDIA} if it has more than a child may read
   */
  public static void check(Path file, Container container) throws IOException {
    try (FileWindow in = new FileWindow(file)) {
      switch (container) {
        case MATROSKA -> new MatroskaEntries(in).count();
        case MP4 -> new MovieEntries(in).count();
        default -> new TagEntries(in).count(container);
      }
    }
  }

  void tags(long more) {
    tags = more(tags, more, MOST_ENTRIES, "tags");
  }

  void chapter() {
    chapters = more(chapters, 1, MOST_ENTRIES, "chapters");
  }

  void track() {
    tracks = more(tracks, 1, MOST_TRACKS, "tracks and attached files");
  }

  /** Whether one more element may be looked at; behind the last, only the time is bounded. */
  boolean element() {
    return elements++ < MOST_ELEMENTS;
  }

  private int more(int before, long more, int most, String what) {
    if (more > most - before) {
      throw new Refusal(
          Code.UNREADABLE_MEDIA,
          "%s has more than %,d %s, and nothing that plays has so many; "
                  .formatted(place, most, what)
              + REMEDY);
    }
    return before + (int) Math.max(0, more);
  }
}

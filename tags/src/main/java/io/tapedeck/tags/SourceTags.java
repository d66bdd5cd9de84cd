package io.tapedeck.tags;

import io.tapedeck.media.Matroska;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes tags of what a source says of itself: its own ID3 tag if it has one, and what ffmpeg
 * delivers.
 */
public final class SourceTags {
  /**
   * Tags of a source.
   *
   * @param warnings what could not be kept, in whole sentences without a capital
   */
  public record Found(Tags tags, List<String> warnings) {
    public Found {
      warnings = List.copyOf(warnings);
    }
  }

  /** The latest chapter time that fits in 32 bits of milliseconds. */
  private static final Duration LATEST = Duration.ofMillis(0xFFFFFFFEL);

  private static final Pattern WITH_LANGUAGE = Pattern.compile("(.+)-([a-z]{3})");

  private final Id3Reader own;
  private final List<Id3Reader.Attached> pictures;

  private SourceTags(Id3Reader own, List<Id3Reader.Attached> pictures) {
    this.own = own;
    this.pictures = pictures;
  }

  /** Reads the file's own ID3 tag, if there is one, and the pictures of a FLAC file. */
  public static SourceTags of(Path source) throws IOException {
    Id3Reader own = Id3Reader.of(source);
    List<Id3Reader.Attached> pictures = new ArrayList<>(own.pictures());
    pictures.addAll(FlacPictures.of(source, own.pictureRoom()));
    return new SourceTags(own, pictures);
  }

  /** The pictures that we read ourselves, the front cover first. */
  public List<Picture> pictures() {
    return pictures.stream()
        .sorted(java.util.Comparator.comparingInt(each -> rank(each.type())))
        .map(each -> Picture.of(each.bytes()))
        .toList();
  }

  /** Front cover, what is not said, other pictures, back cover, icons. */
  private static int rank(int type) {
    return switch (type) {
      case 3 -> 0;
      case 0 -> 1;
      case 4 -> 3;
      case 1, 2 -> 4;
      default -> 2;
    };
  }

  /**
   * Makes the tags.
   *
   * @param origin the time on the chapters' timeline at which the audio begins
   * @param language of the audio track by ISO 639-2, if the container tells it
   */
  public Found tags(Matroska.Header header, Duration origin, String language) {
    List<Statement> all = new ArrayList<>(own.statements());
    new TreeMap<>(header.tags()).forEach((key, value) -> all.add(statement(key, value)));
    if (!language.isEmpty()) {
      all.add(Statement.of("LANGUAGE", language));
    }
    List<String> titles = header.chapters().stream().map(Matroska.Chapter::title).toList();
    TagMaker maker = new TagMaker(all, titles);
    Tags tags = maker.frames();
    List<Matroska.Chapter> chapters = header.chapters();
    List<Tags.Chapter> kept = new ArrayList<>();
    for (int i = 0; i < Math.min(Id3v2.MOST_CHAPTERS, chapters.size()); i++) {
      kept.add(chapter(chapters.get(i), origin, maker.text("a chapter's title", titles.get(i))));
    }
    if (chapters.size() > kept.size()) {
      maker.warn(
          "only the first " + kept.size() + " chapters are in the MP3: its tags cannot count more");
    }
    return new Found(tags.with(kept), maker.warnings());
  }

  private static Statement statement(String key, String value) {
    Matcher named = WITH_LANGUAGE.matcher(key);
    return named.matches()
        ? new Statement(named.group(1), "", named.group(2), List.of(value))
        : Statement.of(key, value);
  }

  private static Tags.Chapter chapter(Matroska.Chapter chapter, Duration origin, String title) {
    Duration start = within(chapter.start().minus(origin));
    Duration end = within(chapter.end().minus(origin));
    return new Tags.Chapter(start, end.compareTo(start) < 0 ? start : end, title);
  }

  private static Duration within(Duration time) {
    return time.isNegative() ? Duration.ZERO : time.compareTo(LATEST) > 0 ? LATEST : time;
  }
}

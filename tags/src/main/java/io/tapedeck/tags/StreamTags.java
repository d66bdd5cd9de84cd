package io.tapedeck.tags;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the messages of an ffmpeg child say of each stream besides its format: its language, and for
 * a picture what it shows. These are hints from a stranger.
 */
public final class StreamTags {
  /**
   * A picture that the file contains.
   *
   * @param index the number of its stream
   * @param attachment whether ffmpeg takes it for any file and not for a picture
   */
  public record PictureStream(int index, boolean attachment, String about) {
    PictureStream with(String more) {
      return about.length() > LONGEST * 10
          ? this
          : new PictureStream(index, attachment, about + " " + more);
    }

    /** Smaller for what is more probably the front cover. */
    int rank() {
      String text = about.toLowerCase(Locale.ROOT);
      if (text.contains("back") || text.contains("icon") || text.contains("leaflet")) {
        return 3;
      }
      boolean small = text.contains("small_") || text.contains("_land");
      if (text.contains("front") || text.contains("cover") || text.contains("folder")) {
        return small ? 1 : 0;
      }
      return 2;
    }
  }

  private static final int MOST_STREAMS = 200;
  private static final int LONGEST = 200;
  private static final Pattern STREAM =
      Pattern.compile(
          "^\\[info\\]   Stream #0:(\\d{1,4})(?:\\[\\w+\\])?(?:\\((\\w{3})\\))?: (\\w+): (.*)$");
  private static final Pattern TAG = Pattern.compile("^\\[info\\] {7}(\\S[^:]*): (.*)$");
  private static final Pattern OUTPUT = Pattern.compile("^\\[info\\] (?:Output|Stream mapping).*");

  private final Map<Integer, PictureStream> pictures = new TreeMap<>();
  private final Map<Integer, String> languages = new TreeMap<>();
  private int current = -1;
  private boolean finished;
  private boolean unknown;

  /** Takes one line. */
  public void accept(String line) {
    Matcher stream = STREAM.matcher(line);
    Matcher tag = TAG.matcher(line);
    unknown |= isUnknownPicture(line);
    finished |= OUTPUT.matcher(line).matches();
    if (finished) {
      return;
    }
    if (stream.matches() && languages.size() < MOST_STREAMS) {
      current = Integer.parseInt(stream.group(1));
      languages.put(current, stream.group(2) == null ? "" : stream.group(2));
      boolean attachment = stream.group(3).equals("Attachment");
      if (attachment || stream.group(4).endsWith("(attached pic)")) {
        pictures.put(current, new PictureStream(current, attachment, ""));
      }
    } else if (tag.matches() && pictures.containsKey(current)) {
      String all = tag.group(1).strip() + " " + tag.group(2); // in APE the key says what it shows
      String value = all.substring(0, Math.min(LONGEST, all.length()));
      pictures.computeIfPresent(current, (_, old) -> old.with(value));
    }
  }

  /** The pictures, the front cover first; of attachments only those that say they are pictures. */
  public List<PictureStream> pictures() {
    return pictures.values().stream()
        .filter(each -> !each.attachment || each.about.contains("image/"))
        .sorted(Comparator.comparingInt(PictureStream::rank))
        .toList();
  }

  /** Whether there is a picture of a kind that ffmpeg does not know. */
  public boolean hasUnknownPicture() {
    return unknown;
  }

  /** Whether a line complains about an attached picture; it is no fault of the audio. */
  public static boolean isUnknownPicture(String line) {
    return line.contains("ttached picture");
  }

  /** The language of a stream by ISO 639-2; empty if the file does not say it. */
  public String language(int index) {
    return languages.getOrDefault(index, "");
  }
}

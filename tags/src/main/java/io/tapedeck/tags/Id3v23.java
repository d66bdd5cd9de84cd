package io.tapedeck.tags;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text frames of ID3v2.3 in place of those that only ID3v2.4 has. */
final class Id3v23 {
  private static final Pattern DATE =
      Pattern.compile("(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d)(?::(\\d\\d))?.*)?)?)?");
  private static final Pattern YEAR = Pattern.compile("(?<!\\d)(\\d{4})(?!\\d)");

  /**
   * Frames of the tag's own making, for which ID3v2.3 has no place. Those of sorting are not among
   * them: iTunes writes them into ID3v2.3, and players read them there.
   */
  private static final Set<String> MISSING = Set.of("TDEN", "TDRL", "TDTG", "TPRO", "TSST");

  private Id3v23() {}

  /** The frames that say the same; none if ID3v2.3 cannot say it. */
  static List<Tags.Frame.Text> frames(Tags.Frame.Text text) {
    String value = text.values().isEmpty() ? "" : text.values().getFirst();
    if (text.id().equals("TDRC")) {
      return date(value);
    }
    if (text.id().equals("TDOR")) {
      return year(value).map(year -> text("TORY", year)).stream().toList();
    }
    return MISSING.contains(text.id()) ? List.of() : List.of(text);
  }

  /** Year, day and month, hour and minute have a frame of four digits each. */
  private static List<Tags.Frame.Text> date(String value) {
    Matcher date = DATE.matcher(value);
    if (!date.matches()) {
      return year(value).map(year -> text("TYER", year)).stream().toList();
    }
    Tags.Frame.Text year = text("TYER", date.group(1));
    if (date.group(3) == null) {
      return List.of(year);
    }
    Tags.Frame.Text day = text("TDAT", date.group(3) + date.group(2));
    return date.group(5) == null
        ? List.of(year, day)
        : List.of(year, day, text("TIME", date.group(4) + date.group(5)));
  }

  /** The first number of four digits. */
  static Optional<String> year(String date) {
    Matcher year = YEAR.matcher(date);
    return year.find() ? Optional.of(year.group(1)) : Optional.empty();
  }

  private static Tags.Frame.Text text(String id, String value) {
    return new Tags.Frame.Text(id, List.of(value));
  }
}

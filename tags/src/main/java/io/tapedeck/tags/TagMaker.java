package io.tapedeck.tags;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes frames of statements: the first one about a field counts, comments and lyrics all. */
final class TagMaker {
  /** UTF-16 units of a comment, of lyrics or a description; more is not text but misuse. */
  private static final int LONGEST_TEXT = 64 << 10;

  /** UTF-16 units of all other texts. */
  private static final int LONGEST_LINE = 4_000;

  /** By which databases of music know a recording; players compare the names as they are. */
  private static final Pattern IDENTIFIER =
      Pattern.compile("(?i)(musicbrainz|acoustid)[ _].{1,40}");

  private static final int MOST_IDENTIFIERS = 40;
  private static final int LONGEST_IDENTIFIER = 1_000;
  private static final int MOST_REMARKS = 20;
  private static final Pattern NUMBER =
      Pattern.compile("\\s*0*(\\d{1,6})(?:\\s*/\\s*0*(\\d{1,6}))?\\s*");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]");
  private static final Pattern COUNT = Pattern.compile("\\s*(\\d{1,3})(?:\\.\\d*)?\\s*");
  private static final Pattern ISRC = Pattern.compile("[A-Z]{2}[A-Z0-9]{3}\\d{7}");
  private static final Pattern DATE =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d(?::\\d\\d)?)(?:\\.\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?");
  private static final Pattern COMPACT_DATE = Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)");

  /**
   * Between several people of one field; a semicolon may also end an entity of HTML. Spaces around
   * it are not in the pattern, because a long row of them would take the square of its length.
   */
  private static final Pattern BETWEEN = Pattern.compile("(?<!&#?\\w{1,8});");

  private final Map<Field, List<Statement>> said = new EnumMap<>(Field.class);
  private final OldText old;
  private final List<Tags.Frame> identifiers = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();

  TagMaker(List<Statement> statements, List<String> chapterTitles) {
    List<String> texts = new ArrayList<>(chapterTitles);
    for (Statement each : statements) {
      if (IDENTIFIER.matcher(each.key()).matches() && identifiers.size() < MOST_IDENTIFIERS) {
        String all = String.join("/", each.values());
        String value = all.substring(0, Math.min(LONGEST_IDENTIFIER, all.length()));
        identifiers.add(new Tags.Frame.Custom(each.key(), value));
      }
      Field.of(each.key())
          .ifPresent(field -> {
            said.computeIfAbsent(field, _ -> new ArrayList<>()).add(each);
            texts.addAll(each.values());
          });
    }
    old = OldText.among(texts);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** The frames in the order of the fields. */
  Tags frames() {
    Tags tags = Tags.NONE;
    for (Map.Entry<Field, List<Statement>> each : said.entrySet()) {
      for (Tags.Frame frame : frames(each.getKey(), each.getValue())) {
        tags = tags.with(frame);
      }
    }
    for (Tags.Frame identifier : identifiers) {
      tags = tags.with(identifier);
    }
    Optional<String> description =
        Stream.of(Field.SYNOPSIS, Field.DESCRIPTION).flatMap(this::value).findFirst();
    return said.containsKey(Field.PODCAST) && !said.containsKey(Field.PODCAST_TEXT)
        ? tags.with(Field.PODCAST_TEXT.frame, description.orElse(""))
        : tags;
  }

  private List<Tags.Frame> frames(Field field, List<Statement> all) {
    String first = value(field).findFirst().orElse("");
    if (first.isEmpty()) {
      return List.of();
    }
    return switch (field.form) {
      case TEXT -> text(field, first);
      case LIST -> list(field, all);
      case DATE -> text(field, date(first));
      case NUMBER -> text(field, number(field, first));
      case COUNT -> text(field, matching(COUNT, first));
      case ISRC -> text(field, matching(ISRC, first.toUpperCase(Locale.ROOT).replace("-", "")));
      case LANGUAGE -> text(field, language(first));
      case FLAG -> flag(field, first);
      case REMARK -> remarks(field, all);
      case LINK -> List.of(new Tags.Frame.Link(field.frame, first));
      case CUSTOM -> List.of(new Tags.Frame.Custom(field.frame, first));
      case TOTAL -> List.of();
    };
  }

  private static List<Tags.Frame> text(Field field, String value) {
    return value.isBlank()
        ? List.of()
        : List.of(new Tags.Frame.Text(field.frame, List.of(value.strip())));
  }

  /** The values of a field, without those that are empty or not readable. */
  private Stream<String> value(Field field) {
    return said.getOrDefault(field, List.of()).stream()
        .flatMap(statement -> statement.values().stream())
        .map(value -> text(name(field), value, limit(field)))
        .filter(value -> !value.isBlank());
  }

  private static int limit(Field field) {
    return field.form == Field.Form.REMARK
            || field.form == Field.Form.CUSTOM
            || field == Field.PODCAST_TEXT
        ? LONGEST_TEXT
        : LONGEST_LINE;
  }

  private static String name(Field field) {
    return "the " + field.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** All values of the first statement that has any; ID3 has told them apart already. */
  private List<Tags.Frame> list(Field field, List<Statement> all) {
    for (Statement statement : all) {
      boolean apart = statement.values().size() > 1;
      List<String> values =
          statement.values().stream()
              .map(value -> text(name(field), value))
              .flatMap(value -> apart ? Stream.of(value) : BETWEEN.splitAsStream(value))
              .map(value -> field == Field.GENRE ? Genres.name(value.strip()) : value.strip())
              .filter(value -> !value.isEmpty())
              .distinct()
              .toList();
      if (!values.isEmpty()) {
        return List.of(new Tags.Frame.Text(field.frame, values));
      }
    }
    return List.of();
  }

  private static List<Tags.Frame> flag(Field field, String value) {
    boolean set = !value.equals("0") && !value.equalsIgnoreCase("false");
    return !set
        ? List.of()
        : field == Field.PODCAST
            ? List.of(new Tags.Frame.Podcast())
            : List.of(new Tags.Frame.Text(field.frame, List.of("1")));
  }

  /** Players know a comment by its language and name, so each pair of them is written once. */
  private List<Tags.Frame> remarks(Field field, List<Statement> all) {
    List<Tags.Frame> frames = new ArrayList<>();
    Set<String> written = new LinkedHashSet<>();
    Set<String> texts = new LinkedHashSet<>();
    for (Statement statement : all) {
      String text = text(name(field), String.join("\n", statement.values()), LONGEST_TEXT);
      String language = code(statement.language()).orElse("XXX");
      String name = text(name(field), statement.name());
      boolean technical = name.startsWith("iTun") || name.startsWith("ID3v1");
      if (!text.isBlank()
          && !technical
          && frames.size() < MOST_REMARKS
          && texts.add(text)
          && written.add(language + name)) {
        frames.add(new Tags.Frame.Remark(field.frame, language, name, text));
      }
    }
    return frames;
  }

  /** By ISO 8601, as ID3 has it: without a zone. */
  private static String date(String text) {
    Matcher exact = DATE.matcher(text.strip());
    Matcher compact = COMPACT_DATE.matcher(text.strip());
    return exact.matches()
        ? exact.group(1) + "T" + exact.group(2)
        : compact.matches()
            ? compact.group(1) + "-" + compact.group(2) + "-" + compact.group(3)
            : text;
  }

  /** A number, with the total if that is known: {@code 3/12}. Records have sides: {@code A1}. */
  private String number(Field field, String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      return text;
    }
    String total =
        number.group(2) != null
            ? number.group(2)
            : value(field == Field.TRACK ? Field.TRACKS : Field.DISCS)
                .map(each -> matching(NUMBER, each))
                .findFirst()
                .orElse("0");
    boolean known = total.chars().anyMatch(c -> c > '0');
    return number.group(1).equals("0") ? "" : number.group(1) + (known ? "/" + total : "");
  }

  /** The first group of the pattern or all of the text, if it matches; else nothing. */
  private static String matching(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return !matcher.matches() ? "" : matcher.groupCount() > 0 ? matcher.group(1) : text;
  }

  private static String language(String text) {
    return code(text).orElse("");
  }

  /** ISO 639-2 of a code of two or three letters, such as {@code it-IT}. */
  private static Optional<String> code(String text) {
    String code = text.strip().toLowerCase(Locale.ROOT).replaceFirst("[-_].*", "");
    if (code.equals("und") || code.equals("mul") || code.equals("zxx")) {
      return Optional.empty();
    }
    if (code.matches("[a-z]{3}")) {
      return Optional.of(code);
    }
    try {
      return code.matches("[a-z]{2}")
          ? Optional.of(Locale.of(code).getISO3Language()).filter(c -> c.matches("[a-z]{3}"))
          : Optional.empty();
    } catch (MissingResourceException e) {
      return Optional.empty();
    }
  }

  /** A text as its author meant it, or nothing. */
  String text(String what, String text) {
    return text(what, text, LONGEST_LINE);
  }

  private String text(String what, String raw, int longest) {
    Optional<String> meant = raw.isEmpty() ? Optional.of(raw) : old.meant(raw);
    if (meant.isEmpty()) {
      warn(what + " was left out: its characters are in no encoding that is known");
    }
    String text = CONTROL.matcher(meant.orElse("")).replaceAll("");
    if (text.length() <= longest) {
      return text;
    }
    warn(what + " was cut after " + longest + " characters");
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
  }
}

package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people read beside the code: nothing unfinished, nothing that is gone, the usual words. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\b(TODO|TBD|FIXME|MEASURED|XXX)\\b|(?i:\\blorem\\b)|\\?\\?\\?");

  /** A word that goes, and what is written instead (a gap is a space or the end of a line). */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("(?<!dead[ -])\\bletters?\\b(?! and digits)", "e-mail"),
          Map.entry("\\brooms\\b|\\b(a|each|every|one|only|own|this|which) room\\b", "module"),
          Map.entry("(?<![.])\\bsounds?\\b(?!\\.example| engineer)", "audio"),
          Map.entry("\\bhand(s|ed|ing)? (\\w+ )?(over|in)\\b", "upload, submit"),
          Map.entry("\\busual:", "Default:"),
          Map.entry("\\bwho is asking\\b", "principal"),
          Map.entry("\\bstrands?\\b", "segment"),
          Map.entry("\\bseams?\\b", "join"),
          Map.entry("\\bshel(f|ves)\\b", "bucket"),
          Map.entry("\\b(upload|conversion|session)s? go(es)? on\\b", "resume"));

  /** Names in backticks that are other people's. */
  private static final Set<String> OUTSIDE =
      Set.of(
          "Clock",
          "Forwarded",
          "MissingSummary",
          "OutOfMemoryError",
          "StringSplitter",
          "Throwable",
          "UnusedVariable");

  /** Where a file is not read by itself: generated from what libraries say, or a licence. */
  private static final Set<String> NOT_OURS = Set.of("THIRD-PARTY.md", "COPYING", "LICENSE");

  private static Map<Path, String> texts;

  @BeforeAll
  static void read() {
    texts =
        Stream.of(
                below("", 1),
                below(".ci", 1),
                below("dev", 9),
                below("docs", 9),
                below("deploy", 9),
                below("mp3", 1),
                below("gateway/src/main/resources/io/tapedeck/gateway", 1))
            .flatMap(List::stream)
            .filter(DocsTest::isRead)
            .collect(Collectors.toMap(each -> each, DocsTest::text));
    assertThat(texts).hasSizeGreaterThan(60);
  }

  private static List<Path> below(String folder, int deep) {
    try (Stream<Path> all = Files.walk(ROOT.resolve(folder), deep)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRead(Path file) {
    String name = file.getFileName().toString();
    return !NOT_OURS.contains(name) && name.matches("[a-zA-Z][\\w-]*|.*\\.(md|yaml|sh|c|pl)");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  private static Stream<String> found(Pattern pattern, String text, String where) {
    return pattern
        .matcher(text)
        .results()
        .map(hit -> where + ":" + line(text, hit) + ": " + hit.group().replaceAll("\\s+", " "));
  }

  private static long line(String text, MatchResult hit) {
    return 1 + text.substring(0, hit.start()).chars().filter(each -> each == '\n').count();
  }

  private static Stream<Map.Entry<Path, String>> texts(Predicate<String> ofName) {
    return texts.entrySet().stream()
        .filter(each -> ofName.test(name(each.getKey())))
        .sorted(Map.Entry.comparingByKey());
  }

  @Test
  void nothingIsLeftToBeFilledIn() {
    assertThat(
            texts(any -> true)
                .flatMap(each -> found(PLACEHOLDER, each.getValue(), name(each.getKey()))))
        .isEmpty();
  }

  @Test
  void theWordsAreThoseOfTheField() {
    Map<String, String> read =
        texts(any -> true).collect(Collectors.toMap(e -> name(e.getKey()), Map.Entry::getValue));
    read.putAll(helps());

    List<String> left =
        WORDS.entrySet().stream()
            .flatMap(word -> {
              String gaps = word.getKey().replace(" ", "(?:\\s+(?:[#*]+\\s+)?)");
              Pattern pattern = Pattern.compile(gaps, Pattern.CASE_INSENSITIVE);
              return read.entrySet().stream()
                  .flatMap(each -> found(pattern, prose(each.getValue()), each.getKey()))
                  .map(hit -> hit + " (write: " + word.getValue() + ")");
            })
            .sorted()
            .toList();

    assertThat(left).isEmpty();
  }

  /** Without what stands in backticks in a line: keys, columns and file names are no words. */
  private static String prose(String text) {
    return text.replaceAll("`[^`\n]+`", "``");
  }

  /** What the program and each of its commands say of themselves. */
  private static Map<String, String> helps() {
    Pattern command = Pattern.compile("^  ([a-z]+)  ", Pattern.MULTILINE);
    Map<String, String> helps = new TreeMap<>();
    helps.put("tapedeck --help", Said.by("--help").out());
    command
        .matcher(helps.get("tapedeck --help"))
        .results()
        .map(hit -> hit.group(1))
        .forEach(name -> helps.put(name + " --help", Said.by(name, "--help").out()));
    assertThat(helps).containsKeys("convert --help", "serve --help", "user --help");
    return helps;
  }

  @Test
  void everyLinkLeadsSomewhere() {
    Pattern link = Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    List<String> broken =
        texts(each -> each.endsWith(".md"))
            .flatMap(each ->
                link.matcher(each.getValue())
                    .results()
                    .filter(hit -> !leads(each.getKey(), hit.group(1), hit.group(2)))
                    .map(hit -> name(each.getKey()) + ": " + hit.group()))
            .toList();

    assertThat(broken).isEmpty();
  }

  private static boolean leads(Path from, String path, String heading) {
    Path to = path.isEmpty() ? from : from.resolveSibling(path).normalize();
    return Files.exists(to)
        && (heading == null
            || text(to)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .anyMatch(heading::equals));
  }

  @Test
  void everyClassThatIsNamedIsThere() throws IOException {
    Set<String> types = types();
    Pattern named = Pattern.compile("`(?:[a-z0-9]+/)?([A-Z]\\w*[a-z]\\w*)(?:[.(][^`\n]*)?`");
    List<String> gone =
        texts(each -> each.endsWith(".md"))
            .flatMap(each ->
                named
                    .matcher(each.getValue())
                    .results()
                    .map(hit -> hit.group(1))
                    .filter(type -> !types.contains(type) && !OUTSIDE.contains(type))
                    .map(type -> name(each.getKey()) + ": " + type))
            .toList();

    assertThat(gone).isEmpty();
  }

  /** Every type that the sources declare, and every file of the page. */
  private static Set<String> types() throws IOException {
    Pattern declared = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    Set<String> types = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      modules
          .map(module -> module.getFileName() + "/src")
          .filter(sources -> Files.isDirectory(ROOT.resolve(sources)))
          .flatMap(sources -> below(sources, 99).stream())
          .filter(each -> each.toString().matches(".*\\.(java|ts|svelte)"))
          .forEach(each -> {
            types.add(each.getFileName().toString().replaceFirst("\\..*", ""));
            declared.matcher(text(each)).results().forEach(hit -> types.add(hit.group(1)));
          });
    }
    return types;
  }

  @Test
  void theArchitectureNamesEveryModule() {
    String pom = text(ROOT.resolve("pom.xml"));
    String architecture = text(ROOT.resolve("ARCHITECTURE.md"));

    assertThat(Pattern.compile("<module>(.*)</module>").matcher(pom).results())
        .map(hit -> hit.group(1))
        .isNotEmpty()
        .allSatisfy(module -> assertThat(architecture).contains("| `" + module + "` |"));
  }

  @Test
  void theListOfDecisionsIsThatOfTheirPages() {
    String list = text(ROOT.resolve("docs/adr/README.md"));

    assertThat(texts(each -> each.matches("docs/adr/\\d.*")))
        .hasSizeGreaterThan(17)
        .allSatisfy(page -> {
          String file = page.getKey().getFileName().toString();
          String title = page.getValue().lines().findFirst().orElse("").replaceFirst("# ", "");
          String line =
              "| [%s](%s) | %s |".formatted(file.substring(0, 4), file, title.substring(5));
          assertThat(list).contains(line);
        });
  }
}

package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.media.Matroska;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ffmpeg delivers becomes frames. */
class SourceTagsTest {
  @TempDir Path dir;

  @Test
  void namesOfEveryContainerBecomeFrames() throws Exception {
    Tags tags =
        found(
                Map.ofEntries(
                    Map.entry("TITLE", "T"),
                    Map.entry("ALBUM_ARTIST", "AA"),
                    Map.entry("WM/BEATSPERMINUTE", "120.5"),
                    Map.entry("SORT_NAME", "Sn"),
                    Map.entry("ARTIST-SORT", "Sa"),
                    Map.entry("PRODUCT", "Album of an AVI"),
                    Map.entry("PART_NUMBER", "03"),
                    Map.entry("TRACKTOTAL", "12"),
                    Map.entry("DISC", "0"),
                    Map.entry("DATE", "2024-05-06T07:00:00Z"),
                    Map.entry("LANGUAGE", "it"),
                    Map.entry("COMPILATION", "0"),
                    Map.entry("ISRC", "no code"),
                    Map.entry("PURL", "https://example.org"),
                    Map.entry("ENCODER", "Lavf"),
                    Map.entry("REPLAYGAIN_TRACK_GAIN", "-3 dB"),
                    Map.entry("SHOW", "Show")))
            .tags();
    assertThat(tags.frames())
        .containsExactlyInAnyOrder(
            text("TIT2", "T"),
            text("TPE2", "AA"),
            text("TBPM", "120"),
            text("TSOT", "Sn"),
            text("TSOP", "Sa"),
            text("TALB", "Album of an AVI"),
            text("TRCK", "3/12"),
            text("TDRC", "2024-05-06T07:00:00"),
            text("TLAN", "ita"),
            new Tags.Frame.Link("WOAS", "https://example.org"),
            new Tags.Frame.Custom("show", "Show"));
  }

  @Test
  void identifiersAreAsLongAsIdentifiers() throws Exception {
    assertThat(found(Map.of("MUSICBRAINZ_ALBUMID", "a".repeat(70_000))).tags().frames())
        .containsExactly(new Tags.Frame.Custom("MUSICBRAINZ_ALBUMID", "a".repeat(1_000)));
  }

  @Test
  void spacesAroundTheSignsBetweenPeopleDoNotCount() throws Exception {
    String spaces = " ".repeat(1_900);
    assertThat(
            found(Map.of("ARTIST", ";" + spaces + "A;" + spaces + "B &amp; C ; ;")).tags().frames())
        .containsExactly(new Tags.Frame.Text("TPE1", List.of("A", "B &amp; C")));
  }

  @Test
  void identifiersKeepTheirNames() throws Exception {
    assertThat(found(Map.of("MUSICBRAINZ_ALBUMID", "abc", "MAJOR_BRAND", "isom")).tags().frames())
        .containsExactly(new Tags.Frame.Custom("MUSICBRAINZ_ALBUMID", "abc"));
  }

  @Test
  void peopleAreToldApart() throws Exception {
    assertThat(found(Map.of("ARTIST", "A;B; C")).tags().frames())
        .containsExactly(new Tags.Frame.Text("TPE1", List.of("A", "B", "C")));
    assertThat(found(Map.of("ARTIST", "Tom &amp; Jerry")).tags().frames())
        .containsExactly(text("TPE1", "Tom &amp; Jerry"));
    assertThat(found(Map.of("GENRE", "17;Pop")).tags().frames())
        .containsExactly(new Tags.Frame.Text("TCON", List.of("Rock", "Pop")));
  }

  @Test
  void aPodcastHasItsDescriptionWhereAppleReadsIt() throws Exception {
    assertThat(found(Map.of("PODCAST", "1", "DESCRIPTION", "short")).tags().frames())
        .containsExactlyInAnyOrder(
            new Tags.Frame.Podcast(),
            new Tags.Frame.Custom("description", "short"),
            text("TDES", "short"));
  }

  @Test
  void commentsHaveTheirLanguageAndAreWhole() throws Exception {
    String emoji = "x".repeat(1999) + "🎧".repeat(2000);
    SourceTags.Found found =
        found(Map.of("COMMENT", emoji, "COMMENT-ger", "Hallo", "LYRICS-eng", "la"));
    assertThat(found.warnings()).isEmpty();
    assertThat(found.tags().frames())
        .containsExactly(
            new Tags.Frame.Remark("COMM", "XXX", "", emoji),
            new Tags.Frame.Remark("COMM", "ger", "", "Hallo"),
            new Tags.Frame.Remark("USLT", "eng", "", "la"));
  }

  @Test
  void whatIsTooLongIsCutBetweenCharactersAndTold() throws Exception {
    SourceTags.Found found = found(Map.of("COMMENT", "x" + "🎧".repeat(40_000)));
    assertThat(found.warnings()).containsExactly("the comment was cut after 65536 characters");
    assertThat(found.tags().frames())
        .containsExactly(new Tags.Frame.Remark("COMM", "XXX", "", "x" + "🎧".repeat(32_767)));
  }

  @Test
  void whatIsInNoEncodingIsLeftOutAndTold() throws Exception {
    SourceTags.Found found =
        found(
            Map.of(
                "TITLE",
                "\u0081\u00B2\u00FF\u0098\u00CC\u00A4\u009F\u00AD\u0090\u00BE",
                "ARTIST",
                "A"));
    assertThat(found.tags().frames()).containsExactly(text("TPE1", "A"));
    assertThat(found.warnings())
        .containsExactly("the title was left out: its characters are in no encoding that is known");
  }

  @Test
  void chaptersWithoutTitleStayAndOverTheCountAreTold() throws Exception {
    List<Matroska.Chapter> chapters =
        IntStream.range(0, 300)
            .mapToObj(i -> new Matroska.Chapter(Duration.ofSeconds(i), Duration.ofDays(100), ""))
            .toList();
    SourceTags.Found found = found(Map.of(), chapters);
    assertThat(found.tags().chapters()).hasSize(255);
    assertThat(found.warnings()).singleElement().asString().contains("first 255 chapters");
  }

  @Test
  void theFilesOwnTagComesFirst() throws Exception {
    Tags own = Tags.NONE.with(new Tags.Frame.Text("TPE1", List.of("A", "B")));
    Path file = Files.write(dir.resolve("own"), new Id3v2(4).bytes(own, 0));
    Matroska.Header header =
        new Matroska.Header(44_100, 2, true, Map.of("ARTIST", "A"), Map.of(), List.of());
    assertThat(SourceTags.of(file).tags(header, Duration.ZERO, "eng").tags().frames())
        .containsExactly(new Tags.Frame.Text("TPE1", List.of("A", "B")), text("TLAN", "eng"));
  }

  private static Tags.Frame text(String id, String value) {
    return new Tags.Frame.Text(id, List.of(value));
  }

  private SourceTags.Found found(Map<String, String> tags) throws Exception {
    return found(tags, List.of());
  }

  private SourceTags.Found found(Map<String, String> tags, List<Matroska.Chapter> chapters)
      throws Exception {
    Path file = Files.write(dir.resolve("plain"), new byte[20]);
    Matroska.Header header = new Matroska.Header(44_100, 2, false, tags, Map.of(), chapters);
    return SourceTags.of(file).tags(header, Duration.ZERO, "");
  }
}

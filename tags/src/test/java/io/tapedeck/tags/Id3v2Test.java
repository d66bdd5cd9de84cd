package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Id3v2Test {
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0, 1};

  private static final Tags TAGS =
      Tags.NONE
          .with("TIT2", "Straße, 東京 🎵")
          .with(new Tags.Frame.Text("TPE1", List.of("AC/DC", "Björk")))
          .with("TALB", " ")
          .with("TDRC", "2024-05-06T07:08:09")
          .with("TSOP", "Bjork")
          .with(new Tags.Frame.Custom("show", "Größe"))
          .with(new Tags.Frame.Remark("COMM", "deu", "", "Zeile 1\nund 2"))
          .with(new Tags.Frame.Remark("USLT", "eng", "", "la\0la"))
          .with(new Tags.Frame.Link("WOAS", "https://example.org/?a=b"))
          .with(new Tags.Cover("image/jpeg", JPEG));

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void whatIsWrittenIsRead(int minor) throws Exception {
    Id3Reader read = read(new Id3v2(minor).bytes(TAGS, 0));
    assertThat(read.statements())
        .contains(
            Statement.of("TIT2", "Straße, 東京 🎵"),
            new Statement("show", "", "", List.of("Größe")),
            new Statement("COMM", "", "deu", List.of("Zeile 1\nund 2")),
            new Statement("USLT", "", "eng", List.of("lala")),
            Statement.of("WOAS", "https://example.org/?a=b"),
            Statement.of("TSOP", "Bjork"),
            minor == 4
                ? new Statement("TPE1", "", "", List.of("AC/DC", "Björk"))
                : Statement.of("TPE1", "AC/DC; Björk"),
            Statement.of("TDRC", minor == 4 ? "2024-05-06T07:08:09" : "2024-05-06T07:08"))
        .noneMatch(statement -> statement.key().equals("TALB"));
    assertThat(read.pictures())
        .singleElement()
        .satisfies(picture -> {
          assertThat(picture.type()).isEqualTo(3);
          assertThat(picture.bytes()).isEqualTo(JPEG);
        });
  }

  @Test
  void id3v23HasUtf16WithItsMarkOnlyWhereItIsNeededAndPlainSizes() {
    Tags tags = Tags.NONE.with("TIT2", "x".repeat(200)).with("TALB", "é");
    byte[] bytes = new Id3v2(3).bytes(tags, 0);
    assertThat(bytes).startsWith('I', 'D', '3', 3, 0, 0);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("TIT2\0\0\0\u00C9\0\0\0xxx");
    assertThat(text).endsWith("TALB\0\0\0\5\0\0\1\u00FF\u00FE\u00E9\0");
    assertThat(new String(new Id3v2(4).bytes(tags, 0), StandardCharsets.ISO_8859_1))
        .contains("TIT2\0\0\1I\0\0\3xxx")
        .endsWith("TALB\0\0\0\3\0\0\3\u00C3\u00A9");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void oldVersionsHaveTheDateInThreeFrames(int minor) {
    String text = new String(new Id3v2(minor).bytes(TAGS, 0), StandardCharsets.ISO_8859_1);
    if (minor == 3) {
      assertThat(text)
          .contains("TYER", "2024", "TDAT", "0605", "TIME", "0708")
          .doesNotContain("TDRC");
    } else {
      assertThat(text).contains("TDRC").doesNotContain("TYER");
    }
    assertThat(Id3v23.frames(new Tags.Frame.Text("TDRC", List.of("May 1999"))))
        .containsExactly(new Tags.Frame.Text("TYER", List.of("1999")));
    assertThat(Id3v23.frames(new Tags.Frame.Text("TDRC", List.of("soon")))).isEmpty();
    assertThat(Id3v23.frames(new Tags.Frame.Text("TDEN", List.of("2020")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void theLoudnessOfAnyAudioFitsInItsPlace(int minor) {
    for (double gain : new double[] {-58, 0, 52}) {
      byte[] before = new Id3v2(minor).bytes(TAGS, ReplayGain.ROOM);
      Tags loud = ReplayGain.of(TAGS, OptionalDouble.of(gain), 99.9);
      byte[] after = new Id3v2(minor).bytesIn(before.length, loud);
      assertThat(after).hasSameSizeAs(before).endsWith(0);
      assertThat(new String(after, StandardCharsets.ISO_8859_1)).contains("99.900000", " dB");
    }
  }

  @Test
  void chaptersBeyondTheCountOfATableAreNotWritten() {
    List<Tags.Chapter> many =
        IntStream.range(0, 300)
            .mapToObj(i -> new Tags.Chapter(Duration.ofSeconds(i), Duration.ofSeconds(i + 1), ""))
            .toList();
    String text =
        new String(new Id3v2(3).bytes(Tags.NONE.with(many), 0), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("\000254\000255\0").doesNotContain("\000256\0");
  }

  @Test
  void nothingToSayWritesNothing() {
    assertThat(new Id3v2(3).bytes(Tags.NONE, 96)).isEmpty();
    assertThat(new Id3v2(3).bytesIn(0, Tags.NONE)).isEmpty();
  }

  @Test
  void whatNoTagCanHoldIsRefused() {
    assertThatThrownBy(() -> Tags.NONE.with("title", "x")).hasMessageContaining("title");
    assertThatThrownBy(() -> new Tags.Cover("image/gif", new byte[9])).hasMessageContaining("png");
    assertThatThrownBy(() -> new Tags.Cover("image/png", new byte[0])).hasMessageContaining("1 b");
    assertThatThrownBy(() -> new Tags.Chapter(Duration.ofSeconds(2), Duration.ofSeconds(1), "back"))
        .hasMessageContaining("back");
    assertThatThrownBy(() -> new Tags.Frame.Remark("COMM", "english", "", ""))
        .hasMessageContaining("three letters");
    assertThatThrownBy(() -> new Tags.Frame.Remark("TIT2", "eng", "", ""))
        .hasMessageContaining("COMM");
  }

  private Id3Reader read(byte[] tag) throws Exception {
    return Id3Reader.of(Files.write(dir.resolve("tag"), tag));
  }
}

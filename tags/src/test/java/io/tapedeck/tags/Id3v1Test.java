package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class Id3v1Test {
  @Test
  void theOldTagHasFieldsOfFixedSize() {
    Tags tags =
        Tags.NONE
            .with("TIT2", "A title that is longer than thirty letters")
            .with("TPE1", "Björk")
            .with("TALB", "Łódź – “Дети”")
            .with("TDRC", "2024-05-06")
            .with("TRCK", "03/12")
            .with("TCON", "rock")
            .with(new Tags.Frame.Remark("COMM", "XXX", "", "a\ncomment of twenty-eight or more"));
    byte[] bytes = Id3v1.bytes(tags);
    assertThat(bytes).hasSize(128);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
        .isEqualTo(
            "TAGA title that is longer than th"
                + "Björk"
                + "\0".repeat(25)
                + "Lódz - \"Deti\""
                + "\0".repeat(17)
                + "2024"
                + "a comment of twenty-eight or"
                + "\0\3\21");
  }

  @Test
  void otherLettersBecomeLatinOnes() {
    assertThat(Id3v1.latin("Щука, Ёж, ЭХО")).isEqualTo("Shchuka, Ezh, EKhO");
    assertThat(Id3v1.latin("Αγάπη")).isEqualTo("Agapi");
    assertThat(Id3v1.latin("Dvořák 東京 œuvre")).isEqualTo("Dvorák ?? oeuvre");
  }

  @Test
  void whatIsUnknownStaysEmpty() {
    assertThat(Id3v1.bytes(Tags.NONE)).startsWith('T', 'A', 'G', 0).endsWith(0, 0, 255);
    assertThat(Id3v1.bytes(Tags.NONE.with("TRCK", "A1"))).isEqualTo(Id3v1.bytes(Tags.NONE));
  }

  @Test
  void genresAreKnownByNumberAndName() {
    assertThat(
            List.of(
                Genres.name("(17)"),
                Genres.name("17"),
                Genres.name("(17)Live"),
                Genres.name("80s")))
        .containsExactly("Rock", "Rock", "Live", "80s");
    assertThat(Genres.number("Psybient")).contains(191);
    assertThat(Genres.name("(255)")).isEqualTo("(255)");
  }
}

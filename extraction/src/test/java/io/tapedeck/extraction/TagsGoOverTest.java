package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Id3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Title, cover and chapters go over into the MP3. */
class TagsGoOverTest {
  private static final String META =
      """
      ;FFMETADATA1
      title=Ein Lied; für = alle
      artist=Ann & Bob
      album=Songs
      date=2024
      track=3/12
      genre=Rock
      comment=Live; loud
      [CHAPTER]
      TIMEBASE=1/1000
      START=0
      END=2000
      title=One
      [CHAPTER]
      TIMEBASE=1/1000
      START=2000
      END=5000
      title=Zwei ♪
      """
          .replace("; ", "\\; ")
          .replace("für =", "für \\=");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.mkv", "a.ogg", "a.flac"})
  void textsGoOver(String name) throws Exception {
    Path mp3 = run(tagged(name, codecFor(name)), ConversionOptions.DEFAULT);
    assertThat(Media.probe(mp3, "format_tags=title")).isEqualTo("Ein Lied; für = alle");
    assertThat(Media.probe(mp3, "format_tags=artist")).isEqualTo("Ann & Bob");
    assertThat(Media.probe(mp3, "format_tags=album")).isEqualTo("Songs");
    assertThat(Media.probe(mp3, "format_tags=date")).isEqualTo("2024");
    assertThat(Media.probe(mp3, "format_tags=genre")).isEqualTo("Rock");
    assertThat(Media.probe(mp3, "format_tags=comment")).isEqualTo("Live; loud");
  }

  @Test
  void whatWasEncodedSaysItsLevelAndByWhom() throws Exception {
    Path plain = folder.resolve("plain.mp4");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac", plain.toString());
    Path mp3 = run(plain, ConversionOptions.DEFAULT);
    assertThat(Media.probe(mp3, "format_tags=encoder")).startsWith("Tapedeck, LAME 3.");
    assertThat(Media.probe(mp3, "format_tags=REPLAYGAIN_TRACK_GAIN")).endsWith(" dB");
    assertThat(Media.probe(mp3, "format_tags=REPLAYGAIN_TRACK_PEAK")).startsWith("0.");
  }

  @Test
  void textsAndCoverGoOverWithCopiedFramesToo() throws Exception {
    Path source = withCover(tagged("a.mp4", "libmp3lame"));
    Extracted made =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(made.copied()).isTrue();
    assertThat(Media.probe(made.file(), "format_tags=artist")).isEqualTo("Ann & Bob");
    assertThat(cover(made.file())).isEqualTo(Files.readAllBytes(folder.resolve("cover.jpg")));
  }

  @Test
  void theCoverGoesOverByteByByte() throws Exception {
    Path mp3 = run(withCover(tagged("a.mp4", "aac")), ConversionOptions.DEFAULT);
    assertThat(cover(mp3)).isEqualTo(Files.readAllBytes(folder.resolve("cover.jpg")));
  }

  @Test
  void chaptersGoOver() throws Exception {
    assertThat(chapters(run(tagged("a.mp4", "aac"), ConversionOptions.DEFAULT)))
        .containsExactly("0.000000|2.000000|One", "2.000000|5.000000|Zwei ♪");
  }

  @Test
  void chaptersWithoutTitleStay() throws Exception {
    Path meta = folder.resolve("untitled.txt");
    Files.writeString(
        meta,
        ";FFMETADATA1\n"
            + chapter(0, 1000, "title=One\n")
            + chapter(1000, 2000, "")
            + chapter(2000, 5000, "title=Three\n"));
    Path source = tagged("a.mkv", "flac", meta);
    for (Id3 version : List.of(new Id3(3, false), new Id3(4, false))) {
      assertThat(chapters(run(source, ConversionOptions.DEFAULT.withId3(version))))
          .containsExactly(
              "0.000000|1.000000|One", "1.000000|2.000000|2", "2.000000|5.000000|Three");
    }
  }

  @Test
  void moreChaptersThanATagCountsAreTold() throws Exception {
    StringBuilder meta = new StringBuilder(";FFMETADATA1\n");
    for (int i = 0; i < 300; i++) {
      meta.append(chapter(i * 10, i * 10 + 10, "title=C" + i + "\n"));
    }
    Path source = tagged("a.mkv", "flac", Files.writeString(folder.resolve("m"), meta));
    Extracted made =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(chapters(made.file())).hasSize(255);
    assertThat(made.warnings()).singleElement().asString().contains("first 255 chapters");
  }

  @Test
  void aCommentIsWhole() throws Exception {
    String comment = "x".repeat(1999) + "🎧".repeat(3000);
    Path source = folder.resolve("long.mp4");
    Media.ffmpeg(
        "-f", "lavfi", "-i", "sine=d=1", "-metadata", "comment=" + comment, source.toString());
    for (Id3 version : List.of(new Id3(3, false), new Id3(4, false))) {
      Path mp3 = run(source, ConversionOptions.DEFAULT.withId3(version));
      assertThat(Media.probe(mp3, "format_tags=comment")).isEqualTo(comment);
    }
  }

  private static String chapter(int start, int end, String title) {
    return "[CHAPTER]\nTIMEBASE=1/1000\nSTART=" + start + "\nEND=" + end + "\n" + title;
  }

  @Test
  void chaptersMoveWithTheStart() throws Exception {
    Path mp3 =
        run(
            tagged("a.mkv", "flac"),
            Options.of().start(Duration.ofSeconds(1)).end(Duration.ofSeconds(4)).build());
    assertThat(chapters(mp3)).containsExactly("0.000000|1.000000|One", "1.000000|3.000000|Zwei ♪");
  }

  private static String codecFor(String name) {
    return name.endsWith("ogg") ? "libvorbis" : name.endsWith("mp4") ? "aac" : "flac";
  }

  private Path tagged(String name, String codec) throws Exception {
    return tagged(name, codec, Files.writeString(folder.resolve("meta.txt"), META));
  }

  private Path tagged(String name, String codec, Path meta) throws Exception {
    Path file = folder.resolve(name);
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=5",
        "-i",
        meta.toString(),
        "-map",
        "0",
        "-map_metadata",
        "1",
        "-map_chapters",
        "1",
        "-c:a",
        codec,
        file.toString());
    return file;
  }

  private Path withCover(Path source) throws Exception {
    Path cover = folder.resolve("cover.jpg");
    Media.ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=40x40", "-frames:v", "1", cover.toString());
    Path file = folder.resolve("covered.mp4");
    Media.ffmpeg(
        "-i",
        source.toString(),
        "-i",
        cover.toString(),
        "-map",
        "0:a",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        file.toString());
    return file;
  }

  private static byte[] cover(Path mp3) throws Exception {
    return Media.ffmpeg(
        "-i", mp3.toString(), "-map", "0:v", "-c", "copy", "-f", "image2pipe", "pipe:1");
  }

  private static List<String> chapters(Path mp3) throws Exception {
    return Media.probeAll(
            mp3,
            "-show_chapters",
            "-show_entries",
            "chapter=start_time,end_time:chapter_tags=title",
            "-of",
            "compact=p=0:nk=1")
        .lines()
        .toList();
  }

  private Path run(Path source, ConversionOptions options) {
    return Media.EXTRACTOR.of(source, options, 1).run(folder.resolve("out.mp3")).file();
  }
}

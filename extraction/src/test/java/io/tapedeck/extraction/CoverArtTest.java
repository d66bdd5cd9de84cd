package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import io.tapedeck.tags.Picture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which picture becomes the cover, and as what. */
class CoverArtTest {
  /** Four letters, four bytes of the first block's header, and the block. */
  private static final int BEHIND_STREAM_INFO = 42;

  @TempDir Path folder;

  @Test
  void theFrontCoverComesBeforeTheBackCover() throws Exception {
    Path back = picture("back.png", "color=red:s=20x20");
    Path front = picture("front.jpg", "color=blue:s=30x30");
    for (String name : List.of("a.mp3", "a.mkv")) {
      Path source = folder.resolve(name);
      if (name.endsWith("mkv")) {
        attach(source, "flac", List.of(back, front), List.of("back.png", "cover.jpg"));
      } else {
        Media.ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "sine=d=1",
            "-i",
            back.toString(),
            "-i",
            front.toString(),
            "-map",
            "0",
            "-map",
            "1",
            "-map",
            "2",
            "-c:v",
            "copy",
            "-metadata:s:v:0",
            "comment=Cover (back)",
            "-metadata:s:v:1",
            "comment=Cover (front)",
            source.toString());
      }
      assertThat(cover(run(source))).as(name).isEqualTo(Files.readAllBytes(front));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.webp, image/webp",
    "a.bmp, image/bmp",
    "a.gif, image/gif",
    "a.tiff, image/tiff",
    "large.jpg, image/jpeg",
    "large.png, image/png"
  })
  void whatIsLargeOrOfAnotherKindBecomesAJpeg(String name, String mime) throws Exception {
    Path image = picture(name, "testsrc=s=" + (name.startsWith("large") ? "1600x1500" : "64x48"));
    Path source = folder.resolve("a.mkv");
    attach(source, "flac", List.of(image), List.of(name));
    Extracted made = run(source);
    Picture cover = Picture.of(cover(made));
    assertThat(made.warnings()).isEmpty();
    assertThat(cover.kind()).isEqualTo(Picture.Kind.JPEG);
    assertThat(cover.width()).isEqualTo(name.startsWith("large") ? 1400 : 64);
    assertThat(cover.bytes()).hasSizeLessThanOrEqualTo(Picture.MOST_BYTES);
  }

  @Test
  void aWebpInAFlacFileIsTakenThoughFfmpegDoesNotKnowIt() throws Exception {
    byte[] webp = Files.readAllBytes(picture("c.webp", "testsrc=s=64x48"));
    Path plain = folder.resolve("plain.flac");
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", plain.toString());
    byte[] audio = Files.readAllBytes(plain);
    byte[] block = webpBlock(webp);
    ByteBuffer out = ByteBuffer.allocate(audio.length + 4 + block.length);
    out.put(audio, 0, BEHIND_STREAM_INFO).putInt(6 << 24 | block.length).put(block);
    out.put(audio, BEHIND_STREAM_INFO, audio.length - BEHIND_STREAM_INFO);
    Extracted made = run(Files.write(folder.resolve("a.flac"), out.array()));
    assertThat(made.warnings()).isEmpty();
    assertThat(Picture.of(cover(made)).width()).isEqualTo(64);
  }

  @Test
  void aPictureThatFfmpegDoesNotKnowIsNoDamageOfTheAudio() throws Exception {
    byte[] webp = Files.readAllBytes(picture("c.webp", "testsrc=s=64x48"));
    String text = Base64.getEncoder().encodeToString(webpBlock(webp));
    Path source = folder.resolve("a.ogg");
    Media.ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-metadata",
        "METADATA_BLOCK_PICTURE=" + text,
        "-c:a",
        "libvorbis",
        source.toString());
    assertThat(run(source).warnings())
        .allSatisfy(warning -> assertThat(warning).startsWith("a picture was left out"));
  }

  /** A picture as FLAC and Ogg have it. */
  private static byte[] webpBlock(byte[] webp) {
    byte[] mime = "image/webp".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(32 + mime.length + webp.length);
    out.putInt(3).putInt(mime.length).put(mime).putInt(0).put(new byte[16]).putInt(webp.length);
    return out.put(webp).array();
  }

  @Test
  void noiseIsMadeSmallEnoughToo() throws Exception {
    Path image = picture("noise.png", "nullsrc=s=1400x1400,geq=random(1)*255:128:128");
    assertThat(Files.size(image)).isGreaterThan(Picture.MOST_BYTES);
    Path source = folder.resolve("a.mkv");
    attach(source, "flac", List.of(image), List.of("cover.png"));
    assertThat(cover(run(source))).hasSizeBetween(1, Picture.MOST_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.flac", "a.mp3", "a.mkv"})
  void aPictureOfAnySizeNeverFailsTheConversion(String name) throws Exception {
    byte[] bomb = Files.readAllBytes(picture("bomb.png", "color=red:s=16x16"));
    ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
    byte[] text = "this is no picture".getBytes(StandardCharsets.US_ASCII);
    byte[] cut =
        java.util.Arrays.copyOf(Files.readAllBytes(picture("c.webp", "color=red:s=99x99")), 30);
    for (byte[] bytes : List.of(bomb, text, cut)) {
      Path image = Files.write(folder.resolve("bad.png"), bytes);
      Path source = folder.resolve(name);
      if (name.endsWith("mkv")) {
        attach(source, "flac", List.of(image), List.of("cover.png"));
      } else {
        covered(source, bytes);
      }
      Extracted made = run(source);
      assertThat(made.duration().toMillis()).isBetween(990L, 1_100L);
      assertThat(made.warnings()).singleElement().asString().startsWith("a picture was left out");
      assertThat(Media.probeAll(made.file(), "-show_entries", "stream=codec_type"))
          .doesNotContain("video");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(file -> file.toString().endsWith(".part"))).isEmpty();
    }
  }

  /** A file with an ID3 tag of our own making, whose front cover is these bytes. */
  private void covered(Path file, byte[] picture) throws Exception {
    Path plain = folder.resolve("plain-" + file.getFileName());
    Media.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-id3v2_version", "0", plain.toString());
    byte[] audio = Files.readAllBytes(plain);
    byte[] head = "\0image/png\0\3\0".getBytes(StandardCharsets.ISO_8859_1);
    int size = head.length + picture.length;
    ByteBuffer out = ByteBuffer.allocate(20 + size + audio.length);
    out.put(new byte[] {'I', 'D', '3', 3, 0, 0});
    out.put((byte) 0).put((byte) 0).put((byte) ((size + 10) >> 7)).put((byte) ((size + 10) & 127));
    out.put("APIC".getBytes(StandardCharsets.US_ASCII)).putInt(size).putShort((short) 0);
    out.put(head).put(picture).put(audio);
    Files.write(file, out.array());
  }

  private Path picture(String name, String source) throws Exception {
    Path file = folder.resolve(name);
    Media.ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", file.toString());
    return file;
  }

  private static void attach(Path file, String codec, List<Path> pictures, List<String> names)
      throws Exception {
    List<String> list = new ArrayList<>(List.of("-f", "lavfi", "-i", "sine=d=1", "-c:a", codec));
    for (int i = 0; i < pictures.size(); i++) {
      String kind = names.get(i).replaceFirst(".*\\.", "").replace("jpg", "jpeg");
      list.addAll(List.of("-attach", pictures.get(i).toString()));
      list.addAll(List.of("-metadata:s:t:" + i, "mimetype=image/" + kind));
      list.addAll(List.of("-metadata:s:t:" + i, "filename=" + names.get(i)));
    }
    list.add(file.toString());
    Media.ffmpeg(list.toArray(String[]::new));
  }

  private Extracted run(Path source) {
    return Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
  }

  private static byte[] cover(Extracted mp3) throws Exception {
    return Media.ffmpeg(
        "-i", mp3.file().toString(), "-map", "0:v", "-c", "copy", "-f", "image2pipe", "pipe:1");
  }
}

package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.media.Container;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of so many tags, chapters and tracks that ffmpeg would search its lists for hours. */
class EntryCountTest {
  private static final int MANY = 15_500;
  private static final byte[] EBML =
      hex("1a45dfa3 9f 4286810142f7810142f2810442f381084282886d6174726f736b61 4287810442858102");

  /** The kinds of entries that {@link #file} makes. */
  static final List<String> KINDS =
      List.of(
          "tags of Matroska",
          "tags at Matroska's end",
          "chapters of Matroska",
          "attached files",
          "tracks of Matroska",
          "tags of MP4",
          "keys of MOV",
          "texts of MOV",
          "tracks of MP4",
          "ID3v2.3",
          "ID3v2.4",
          "ID3v2.4 of old iTunes",
          "many tags of ID3",
          "comments of FLAC",
          "comments of Ogg",
          "texts of WAV",
          "texts of AVI",
          "APE");

  @TempDir Path folder;

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] each(int count, IntFunction<byte[]> made) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(made.apply(i));
    }
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** An element of Matroska with a size of four bytes. */
  private static byte[] element(String id, byte[]... content) {
    byte[] all = joined(content);
    return joined(hex(id), ByteBuffer.allocate(4).putInt(0x10000000 | all.length).array(), all);
  }

  private static byte[] box(String name, byte[]... content) {
    byte[] all = joined(content);
    return joined(ByteBuffer.allocate(4).putInt(all.length + 8).array(), ascii(name), all);
  }

  private static byte[] little(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }

  private static byte[] big(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] chunk(String name, byte[]... content) {
    byte[] all = joined(content);
    return joined(ascii(name), little(all.length), all, new byte[all.length & 1]);
  }

  private static byte[] tag(int number) {
    return element("67c8", element("45a3", ascii("K" + number)), element("4487", ascii("v")));
  }

  private static byte[] frame(int number, boolean sevenBits) {
    byte[] body = ascii("\0K%06d\0%s".formatted(number, "v".repeat(150)));
    int size = sevenBits ? body.length / 128 * 256 + body.length % 128 : body.length;
    return joined(ascii("TXXX"), big(size), new byte[2], body);
  }

  private static byte[] id3(int version, byte[] frames) {
    int size = frames.length;
    byte[] seven = {
      (byte) (size >> 21), (byte) (size >> 14 & 127), (byte) (size >> 7 & 127), (byte) (size & 127)
    };
    return joined(ascii("ID3"), new byte[] {(byte) version, 0, 0}, seven, frames);
  }

  private static byte[] comments(int count) {
    return joined(
        little(1), ascii("x"), little(count), each(count, i -> chunkless("K" + i + "=v")));
  }

  private static byte[] chunkless(String text) {
    return joined(little(text.length()), ascii(text));
  }

  static byte[] file(String kind, int count) {
    return switch (kind) {
      case "tags of Matroska" ->
          joined(
              EBML,
              element("18538067", element("1254c367", element("7373", each(count, i -> tag(i))))));
      case "tags at Matroska's end" -> {
        byte[] head =
            element(
                "114d9b74",
                element("4dbb", element("53ab", hex("1254c367")), element("53ac", big(200))));
        byte[] cluster = element("1f43b675", new byte[200 - head.length - 8]);
        yield joined(
            EBML,
            element(
                "18538067",
                head,
                cluster,
                element("1254c367", each(count, i -> element("7373", tag(i))))));
      }
      case "chapters of Matroska" ->
          joined(
              EBML,
              element(
                  "18538067",
                  element(
                      "1043a770",
                      element("45b9", each(count, i -> element("b6", element("91", big(i))))))));
      case "attached files" ->
          joined(
              EBML,
              element(
                  "18538067",
                  element(
                      "1941a469",
                      each(count / 10, i -> element("61a7", element("466e", ascii("a")))))));
      case "tracks of Matroska" ->
          joined(
              EBML,
              element(
                  "18538067",
                  element(
                      "1654ae6b", each(count / 10, i -> element("ae", element("d7", big(i)))))));
      case "tags of MP4" ->
          joined(
              box("ftyp", ascii("M4A isom")),
              box(
                  "moov",
                  box(
                      "udta",
                      box(
                          "meta",
                          new byte[4],
                          box("ilst", each(count, i -> box("----", box("name", big(i)))))))));
      case "keys of MOV" ->
          joined(
              box("ftyp", ascii("qt  qt  ")),
              box(
                  "moov",
                  box("meta", box("ilst", each(count, i -> joined(big(9), big(i), new byte[1]))))));
      case "texts of MOV" ->
          joined(
              box("ftyp", ascii("qt  qt  ")),
              box("moov", box("udta", each(count, i -> box("n%03d".formatted(i % 100), big(i))))));
      case "tracks of MP4" ->
          joined(box("ftyp", ascii("isomisom")), box("moov", each(count / 10, i -> box("trak"))));
      case "ID3v2.3" -> joined(id3(3, each(count, i -> frame(i, false))), new byte[99]);
      case "ID3v2.4" -> joined(id3(4, each(count, i -> frame(i, true))), new byte[99]);
      case "ID3v2.4 of old iTunes" ->
          joined(id3(4, each(count, i -> frame(i, false))), new byte[99]);
      case "many tags of ID3" -> joined(each(count, i -> id3(4, frame(i, true))), new byte[99]);
      case "comments of FLAC" -> {
        byte[] all = comments(count);
        yield joined(ascii("fLaC"), big(34), new byte[34], big(0x84000000 | all.length), all);
      }
      case "comments of Ogg" -> {
        byte[] page = joined(ascii("OggS"), new byte[22], new byte[] {1, (byte) 255});
        yield joined(page, new byte[255], page, ascii("\3vorbis"), comments(count));
      }
      case "texts of WAV" ->
          joined(
              ascii("RIFF"),
              big(-1),
              ascii("WAVE"),
              chunk("data", new byte[100]),
              chunk(
                  "LIST",
                  ascii("INFO"),
                  each(count, i -> chunk("I%03d".formatted(i % 100), big(i)))));
      case "texts of AVI" ->
          joined(
              ascii("RIFF"),
              big(-1),
              ascii("AVI "),
              chunk(
                  "LIST",
                  ascii("hdrl"),
                  chunk(
                      "LIST",
                      ascii("INFO"),
                      each(count, i -> chunk("I%03d".formatted(i % 100), big(i))))));
      case "APE" ->
          joined(
              new byte[5000],
              ascii("APETAGEX"),
              little(2000),
              little(5000),
              little(count),
              little(0),
              new byte[8]);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private Path written(String kind, int count) throws Exception {
    return Files.write(folder.resolve("file"), file(kind, count));
  }

  @ParameterizedTest
  @CsvSource({
    "MATROSKA, tags of Matroska, tags",
    "MATROSKA, tags at Matroska's end, tags",
    "MATROSKA, chapters of Matroska, chapters",
    "MATROSKA, attached files, tracks",
    "MATROSKA, tracks of Matroska, tracks",
    "MP4, tags of MP4, tags",
    "MP4, keys of MOV, tags",
    "MP4, texts of MOV, tags",
    "MP4, tracks of MP4, tracks",
    "BARE, ID3v2.3, tags",
    "BARE, ID3v2.4, tags",
    "BARE, ID3v2.4 of old iTunes, tags",
    "BARE, many tags of ID3, tags",
    "FLAC, comments of FLAC, tags",
    "OGG, comments of Ogg, tags",
    "WAV, texts of WAV, tags",
    "AVI, texts of AVI, tags",
    "WAVPACK, APE, tags"
  })
  void tooManyAreRefusedWithTheirKindAndARemedyAndAThirdOfThemAreNot(
      Container container, String kind, String what) throws Exception {
    Path many = written(kind, MANY);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> EntryCount.check(many, container));
    assertThat(refusal.code()).isEqualTo(Code.UNREADABLE_MEDIA);
    assertThat(refusal.problem().detail()).contains("more than 1", what, "ffmpeg -i FILE");

    EntryCount.check(written(kind, MANY / 3), container);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 0x7FFFFFFFL, 0xFFFFFFFFL, Long.MAX_VALUE, -1})
  void sizesOfAnyKindEndTheCount(long size) throws Exception {
    byte[] sizes = ByteBuffer.allocate(8).putLong(size).array();
    for (Container container : Container.values()) {
      for (String begin :
          new String[] {"\0\0\0\1moov", "ID3\4\0\0", "fLaC\4", "OggS", "RIFF    WAVELIST"}) {
        byte[] all = joined(ascii(begin), sizes, sizes, new byte[4], sizes);
        EntryCount.check(Files.write(folder.resolve("file"), all), container);
      }
      EntryCount.check(
          Files.write(folder.resolve("file"), joined(EBML, hex("18538067"), sizes, sizes)),
          container);
    }
  }

  @Test
  void aFileThatIsSilentBehindAnUnsaidLengthIsNotCounted() throws Exception {
    byte[] silent = new byte[9 << 20];
    System.arraycopy(ascii("RIFF\0\0\0\0WAVEdata\0\0\0\0"), 0, silent, 0, 20);

    EntryCount.check(Files.write(folder.resolve("file"), silent), Container.WAV);
  }
}

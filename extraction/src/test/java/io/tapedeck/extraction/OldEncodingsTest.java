package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Titles in an old encoding, in every container that has bytes without saying their encoding. */
class OldEncodingsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "a.mp3, libmp3lame, windows-1251, Группа крови", // a frame that claims Latin-1
    "b.mp3, libmp3lame, windows-31j, 宇多田ヒカル",
    "c.mp3, libmp3lame, GBK, 月亮代表我的心",
    "d.mp3, libmp3lame, Big5, 月亮代表我的心",
    "e.mp3, libmp3lame, EUC-KR, 안녕하세요",
    "f.mp3, libmp3lame, KOI8-R, Группа крови",
    "g.mp3, libmp3lame, windows-1252, L’été indien",
    "h.mp3, libmp3lame, windows-1250, Gdzie jest mój dom",
    "old.mp3, libmp3lame, windows-1251, Группа крови", // ID3v1
    "a.wav, pcm_s16le, windows-1251, Группа крови",
    "b.wav, pcm_s16le, windows-1252, Größe",
    "a.avi, pcm_s16le, windows-31j, 宇多田ヒカル",
    "a.flac, flac, GBK, 月亮代表我的心",
    "a.mp4, aac, windows-1251, Группа крови",
    "a.mkv, flac, EUC-KR, 안녕하세요",
    "a.flv, aac, windows-1251, Группа крови",
    "a.wv, wavpack, KOI8-R, Группа крови",
    "a.caf, pcm_s16le, windows-1253, Η αγάπη μου",
    "b.flac, flac, windows-1253, Η αγάπη μου",
  })
  void aTitleIsRecognised(String name, String codec, String encoding, String title)
      throws Exception {
    Path source = titled(name, codec, title.getBytes(Charset.forName(encoding)));
    Extracted made =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(Media.probe(made.file(), "format_tags=title")).isEqualTo(title);
    assertThat(made.warnings()).isEmpty();
  }

  @Test
  void whatIsNoTextIsLeftOutAndTold() throws Exception {
    byte[] noise =
        "\u0081\u00B2\u00FF\u0098\u00CC\u00A4\u009F\u00AD\u0090\u00BE"
            .getBytes(StandardCharsets.ISO_8859_1);
    Path source = titled("noise.flac", "flac", noise);
    Extracted made =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(Media.probe(made.file(), "format_tags=title")).isEmpty();
    assertThat(made.warnings()).singleElement().asString().startsWith("the title was left out");
  }

  /** A file whose title is the bytes: ffmpeg writes as many letters, which are then replaced. */
  private Path titled(String name, String codec, byte[] title) throws Exception {
    Path file = folder.resolve(name);
    String letters = "@".repeat(title.length);
    List<String> list =
        new ArrayList<>(List.of("-f", "lavfi", "-i", "sine=d=1", "-metadata", "title=" + letters));
    list.addAll(List.of("-c:a", codec));
    if (name.endsWith("mp3")) {
      list.addAll(List.of("-id3v2_version", name.equals("old.mp3") ? "0" : "3"));
    }
    list.add(file.toString());
    Media.ffmpeg(list.toArray(String[]::new));
    byte[] bytes = Files.readAllBytes(file);
    if (name.equals("old.mp3")) {
      byte[] tag = Arrays.copyOf("TAG".getBytes(StandardCharsets.US_ASCII), 128);
      System.arraycopy(title, 0, tag, 3, title.length);
      Files.write(file, tag, StandardOpenOption.APPEND);
      return file;
    }
    byte[] wanted = letters.getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (Arrays.equals(
          bytes, i, Math.min(bytes.length, i + wanted.length), wanted, 0, wanted.length)) {
        out.writeBytes(title);
        i += wanted.length - 1;
        count++;
      } else {
        out.write(bytes[i]);
      }
    }
    assertThat(count).as("titles in " + name).isPositive();
    return Files.write(file, out.toByteArray());
  }
}

package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever titles, chapters and pictures a file has, its audio comes out, alone and in a batch. */
@Timeout(60)
class AnyTagsTest {
  private static final String DAY_100 =
      "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=8640000000\ntitle=long\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"a.mkv, libopus", "a.mp4, aac", "a.mkv, libmp3lame", "a.mp3, libmp3lame"})
  void aTitleOfAMegabyteAndTenThousandChapters(String name, String codec) throws Exception {
    StringBuilder meta = new StringBuilder(";FFMETADATA1\ntitle=" + "ü".repeat(500_000) + "\n");
    for (int i = 0; i < 10_000; i++) {
      meta.append(
          "[CHAPTER]\nTIMEBASE=1/10000\nSTART=%d\nEND=%d\ntitle=%d\n".formatted(i, i + 1, i));
    }
    if (!name.endsWith("mp4")) {
      meta.append(DAY_100); // the muxer of MP4 refuses it
    }
    Path text = Files.writeString(folder.resolve("meta.txt"), meta);
    assertWhole(
        made(
            name,
            codec,
            "-i",
            text.toString(),
            "-map",
            "0",
            "-map_metadata",
            "1",
            "-map_chapters",
            "1"));
  }

  @Test
  void titlesOfAnyBytes() throws Exception {
    byte[] odd = {
      -1, -2, 0, -128, -19, -96, -128, '\n', 27, ']', '0', ';', 7, -61, 40, -8, 'x', 'y'
    };
    List<Path> files = new ArrayList<>();
    for (String kind :
        List.of("a.mkv:libopus", "b.mp4:aac", "c.flac:flac", "d.wma:wmav2", "e.wav:pcm_s16le")) {
      String[] parts = kind.split(":", 2);
      Path file = made(parts[0], parts[1], "-metadata", "title=QQQQQQQQQQQQQQQQQQ");
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int at = text.indexOf("QQQQQQQQQQQQQQQQQQ");
      if (at >= 0) { // ASF writes two bytes a letter
        System.arraycopy(odd, 0, bytes, at, odd.length);
      }
      files.add(Files.write(file, bytes));
    }
    for (Path file : files) {
      assertWhole(file);
    }
    for (Extraction each : Media.EXTRACTOR.of(files, ConversionOptions.DEFAULT, 1)) {
      assertThat(each.run(folder.resolve("out.mp3")).warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300, 50 << 20})
  void aPictureOfAnySize(int size) throws Exception {
    byte[] frames = Files.readAllBytes(made("a.mp3", "libmp3lame", "-id3v2_version", "0"));
    byte[] start = "\0image/jpeg\0\3\0\377\330\377".getBytes(StandardCharsets.ISO_8859_1);
    int all = start.length + size;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("ID3\4\0\0".getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes(sevenBits(all + 10));
    file.writeBytes("APIC".getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes(sevenBits(all));
    file.writeBytes(new byte[2]);
    file.writeBytes(start);
    file.writeBytes(new byte[size]);
    file.writeBytes(frames);
    assertWhole(Files.write(folder.resolve("pictured.mp3"), file.toByteArray()));
  }

  private static byte[] sevenBits(int size) {
    return new byte[] {
      (byte) (size >> 21 & 127),
      (byte) (size >> 14 & 127),
      (byte) (size >> 7 & 127),
      (byte) (size & 127)
    };
  }

  private void assertWhole(Path source) {
    Extracted mp3 =
        Media.EXTRACTOR.of(source, ConversionOptions.DEFAULT, 1).run(folder.resolve("out.mp3"));
    assertThat(mp3.duration()).isBetween(Duration.ofMillis(1_950), Duration.ofMillis(2_080));
    assertThat(mp3.size()).isLessThan(20 << 20);
  }

  private Path made(String name, String codec, String... options) throws Exception {
    Path file = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("-f", "lavfi", "-i", "sine=d=2:r=48000"));
    command.addAll(List.of(options));
    command.addAll(List.of("-c:a", codec, file.toString()));
    Media.ffmpeg(command.toArray(String[]::new));
    return file;
  }
}

package io.tapedeck.tags;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.fuzzing.Mutations;
import io.tapedeck.media.Matroska;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the tags of a file and as what ffmpeg delivers of it, to the tags of an MP3. */
class TagsFuzzTest {
  private static final Path FILE = file();

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzzed", ".mp3");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "ID3\4\0\0\0\0\1\0TPE1\0\0\0\4\0\0\3A\0BCOMM\0\0\0\10\0\0\1eng\0CAPIC\0\0\0\20\0\0\0png\0\3\0\211PNG56789",
            "ID3\3\0\200\0\0\1\0TYER\0\0\0\5\0\0\0002024TDAT\0\0\0\5\0\0\0000605TXXX\0\0\0\15\0\0\1a\0b\0\0\0\377\376c\0",
            "ID3\2\0\0\0\0\0\50TT2\0\0\3\0TiCOM\0\0\7\0eng\0CoPIC\0\0\10\0PNG\4\0ab",
            "RIFF\100\0\0\0WAVEid3 \26\0\0\0ID3\4\0\0\0\0\0\14TIT2\0\0\0\2\0\0\3X",
            "fLaC\206\0\0\44\0\0\0\3\0\0\0\3png\0\0\0\1d\0\0\0\1\0\0\0\1\0\0\0\30\0\0\0\0\0\0\0\2PN",
            "TITLE=\317\360\350\342\345\362\nARTIST=A; B &amp; C;\nGENRE=(17)\nTRACK=3/12\nDATE=2024-05-06T07:08:09Z"
                + "\nCOMMENT-ger=Gr\374\337e\nLANGUAGE=it-IT\nMUSICBRAINZ_ALBUMID=abc\nPURL=http://x\n50 \260C")
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    SourceTags source = SourceTags.of(FILE);
    assertThat(source.pictures()).hasSizeLessThan(2_201);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    SourceTags.Found found = source.tags(header(text), Duration.ofSeconds(1), "ita");
    for (int minor = 3; minor <= 4; minor++) {
      byte[] tag = new Id3v2(minor).bytes(found.tags(), ReplayGain.ROOM);
      assertThat(tag.length).isLessThan(1 << 20);
      assertThat(Id3Reader.of(Files.write(FILE, tag)).statements())
          .as("what is written can be read")
          .hasSizeGreaterThanOrEqualTo(found.tags().frames().isEmpty() ? 0 : 1);
    }
    assertThat(Id3v1.bytes(found.tags())).hasSize(Id3v1.BYTES);
  }

  /** Each line is a tag: {@code NAME=value}; lines without a name are titles of chapters. */
  private static Matroska.Header header(String text) {
    Map<String, String> tags = new HashMap<>();
    List<Matroska.Chapter> chapters = new java.util.ArrayList<>();
    for (String line : text.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        tags.put(line.substring(0, equals), line.substring(equals + 1));
      } else {
        Duration at = Duration.ofNanos(line.hashCode() * 4_000_000_000L);
        chapters.add(new Matroska.Chapter(at, at.plusSeconds(1), line));
      }
    }
    return new Matroska.Header(44_100, 2, false, tags, Map.of(), chapters);
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

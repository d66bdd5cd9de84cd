package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.Refusal;
import io.tapedeck.fuzzing.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a file whose container is to be recognised, and as the chunks of that container. */
class ContainerFuzzTest {
  private static final FuzzedFile FILE = new FuzzedFile("bin");

  static Stream<byte[]> seeds() {
    Stream<byte[]> made =
        Stream.of("wav", "w64", "aiff", "caf", "au", "ogg", "flv", "asf", "avi", "mpegts", "adts")
            .map(ContainerFuzzTest::made);
    return Stream.concat(
        made,
        Stream.of("#EXTM3U\nfile:///x\n", "ID3\4\0\0\0\0\0\1 \377\373\220\144", "<MPD>")
            .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static byte[] made(String format) {
    byte[] all =
        Media.piped("-f", "lavfi", "-i", "sine=d=0.2:r=44100", "-flags", "+bitexact", "-f", format);
    return Arrays.copyOf(all, Math.min(all.length, 3_000));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    Path file = FILE.with(bytes);
    try {
      Container container = Container.of(file);
      Truncation.isCutOff(file, container);
      Appended.unread(file, container);
      Protection.ofTracks(file, container);
    } catch (Refusal expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
    TrailingTag.isIn(file);
    Protection.isScrambled(file);
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

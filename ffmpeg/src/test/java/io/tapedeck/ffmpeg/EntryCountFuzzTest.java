package io.tapedeck.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.core.Refusal;
import io.tapedeck.fuzzing.Mutations;
import io.tapedeck.media.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a file whose tags, chapters and tracks are counted. */
class EntryCountFuzzTest {
  private static final List<Container> KINDS =
      List.of(
          Container.MATROSKA,
          Container.MP4,
          Container.FLAC,
          Container.OGG,
          Container.WAV,
          Container.AIFF,
          Container.BARE);
  private static final Path FILE = temporary();

  private static Path temporary() {
    try {
      Path file = Files.createTempFile("entries", ".bin");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<byte[]> seeds() {
    return EntryCountTest.KINDS.stream().map(kind -> EntryCountTest.file(kind, 20));
  }

  @MethodSource("seeds")
  @FuzzTest
  void anyBytes(byte[] bytes) throws IOException {
    Files.write(FILE, bytes);
    for (Container container : KINDS) {
      try {
        EntryCount.check(FILE, container);
      } catch (Refusal expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.contracts.Media;
import io.tapedeck.fuzzing.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the boxes of an MP4. */
class BoxesFuzzTest {
  private static final FuzzedFile FILE = new FuzzedFile("mp4");

  static Stream<byte[]> seeds() throws IOException {
    Path video = Media.video(FILE.with(new byte[0]), 1, "-movflags", "+faststart");
    byte[] index = Arrays.copyOf(Files.readAllBytes(video), 4_000);
    byte[] large = {
      0, 0, 0, 1, 'm', 'o', 'o', 'v', 0, 0, 0, 0, 0, 0, 0, 32, //
      0, 0, 0, 1, 't', 'r', 'a', 'k', 127, -1, -1, -1, -1, -1, -1, -1
    };
    return Stream.of(index, large);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    Path file = FILE.with(bytes);
    assertThat(MovieIndex.audioTracks(file))
        .allSatisfy(length -> assertThat(length.isNegative()).isFalse());
    Protection.ofTracks(file, Container.MP4);
    Truncation.isCutOff(file, Container.MP4);
    Appended.unread(file, Container.MP4);
  }

  @Test
  void bytesNearGoodOnes() throws IOException {
    Mutations.of(seeds(), this::anyBytes);
  }
}

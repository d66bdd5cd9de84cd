package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovieIndexTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.mov"})
  void theLengthOfEachAudioTrackIsKnown(String name) throws IOException {
    Path video = Media.video(folder.resolve(name), 3);
    assertThat(MovieIndex.audioTracks(video)).hasSize(1);
    assertThat(MovieIndex.audioTracks(video).getFirst().toMillis()).isBetween(2_950L, 3_100L);
    Path silent = Media.silentVideo(folder.resolve("silent-" + name), 1);
    assertThat(MovieIndex.audioTracks(silent)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mkv", "a.wav", "a.mp3"})
  void otherFilesHaveNone(String name) throws IOException {
    assertThat(MovieIndex.audioTracks(Media.audio(folder.resolve(name), 1))).isEmpty();
  }

  @Test
  void timesThatDoNotFitTheSamplesAreUneven() throws IOException {
    Path even = Media.video(folder.resolve("even.mp4"), 3);
    assertThat(MovieIndex.isEven(even, 0)).isTrue();
    assertThat(MovieIndex.isEven(even, 1)).as("a track that is not there").isTrue();
    assertThat(MovieIndex.isEven(uneven("small", 40), 0)).isTrue();
    assertThat(MovieIndex.isEven(uneven("large", 600), 0)).isFalse();
  }

  private Path uneven(String name, int millis) {
    Path file = folder.resolve(name + ".mov");
    String late = "setts=ts=PTS+if(gt(mod(N\\,7)\\,2)\\,%d/1000*8000\\,0)".formatted(millis);
    return Media.make(file, "-f", "lavfi", "-i", "sine=r=8000:d=3", "-c:a", "aac", "-bsf:a", late);
  }

  @Test
  void anyBytesAreRead() throws IOException {
    byte[] good = Files.readAllBytes(Media.video(folder.resolve("a.mp4"), 1));
    long seed = System.nanoTime();
    System.out.println("seed of the indexes: " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] bent = good.clone();
      for (int i = 0; i < 200; i++) {
        bent[good.length - 1 - random.nextInt(1_500)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("bent"), bent);
      assertThat(MovieIndex.audioTracks(file)).as("seed %d", seed).isNotNull();
    }
  }
}

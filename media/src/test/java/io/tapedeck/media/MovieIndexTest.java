package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTableOfTimesEndsWithItsBox(boolean large) throws IOException {
    // A table that counts 1,000 entries in a box with room for one of 4 s; others follow.
    byte[] entries = box("free", ByteBuffer.allocate(8_000).putInt(7).putInt(7_000_000).array());
    byte[] table = ByteBuffer.allocate(16).putInt(4, 1_000).putInt(8, 2).putInt(12, 2_000).array();
    byte[] scale = ByteBuffer.allocate(24).putInt(12, 1_000).putInt(16, 90_000).array();
    byte[] handler = "\0\0\0\0\0\0\0\0soun\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    byte[] times = box("minf", box("stbl", join(box("stts", table), entries)));
    byte[] track = join(join(box("mdhd", scale), box("hdlr", handler)), times);
    byte[] media = large ? largeBox("mdia", track) : box("mdia", track);
    byte[] trak = large ? largeBox("trak", media) : box("trak", media);
    Path file = Files.write(folder.resolve("file"), box("moov", trak));
    assertThat(MovieIndex.audioTracks(file)).containsExactly(Duration.ofSeconds(4));
  }

  private static byte[] box(String name, byte[] content) {
    return join(
        ByteBuffer.allocate(8)
            .putInt(8 + content.length)
            .put(name.getBytes(StandardCharsets.ISO_8859_1))
            .array(),
        content);
  }

  private static byte[] largeBox(String name, byte[] content) {
    return join(
        ByteBuffer.allocate(16)
            .putInt(1)
            .put(name.getBytes(StandardCharsets.ISO_8859_1))
            .putLong(16 + content.length)
            .array(),
        content);
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
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

package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.Refusal;
import io.tapedeck.fuzzing.Mutations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as the Matroska stream of a child and as a file of that kind. */
class MatroskaFuzzTest {
  private static final FuzzedFile FILE = new FuzzedFile("mkv");

  static Stream<byte[]> seeds() throws IOException {
    String[] tagged = {
      "-metadata", "title=T", "-metadata", "comment-deu=Hallo", "-metadata:s:a:0", "language=ita"
    };
    byte[] video =
        Media.piped(
            Stream.of(
                    Stream.of("-f", "lavfi", "-i", "color=s=16x16:d=1:r=2"),
                    Stream.of("-f", "lavfi", "-i", "sine=d=1:r=8000", "-c:v", "rawvideo"),
                    Stream.of(tagged),
                    Stream.of("-c:a", "pcm_s16le", "-f", "matroska"))
                .flatMap(each -> each)
                .toArray(String[]::new));
    // Two chapters (RFC 9559 5.1.7), which no option of ffmpeg makes without another file.
    byte[] chapters = {
      0x10,
      0x43,
      (byte) 0xA7,
      0x70,
      (byte) 0x97,
      0x45,
      (byte) 0xB9,
      (byte) 0x94, //
      (byte) 0xB6,
      (byte) 0x88,
      (byte) 0x91,
      (byte) 0x81,
      0,
      (byte) 0x92,
      (byte) 0x82,
      1,
      0, //
      (byte) 0xB6,
      (byte) 0x88,
      (byte) 0x91,
      (byte) 0x81,
      5,
      (byte) 0x85,
      (byte) 0x83,
      'O',
      'n',
      'e'
    };
    return Stream.of(Arrays.copyOf(video, 4_000), Arrays.copyOf(video, 900), chapters);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    pipe(bytes);
    Path file = FILE.with(bytes);
    MatroskaFile.in(file, Container.MATROSKA);
    Protection.ofTracks(file, Container.MATROSKA);
    Truncation.isCutOff(file, Container.MATROSKA);
    Appended.unread(file, Container.MATROSKA);
  }

  @Test
  void bytesNearGoodOnes() throws IOException {
    Mutations.of(seeds(), this::anyBytes);
  }

  private static void pipe(byte[] bytes) throws IOException {
    Matroska in = new Matroska(new ByteArrayInputStream(bytes));
    try {
      Matroska.Header header = in.header();
      assertThat(header.chapters()).hasSizeLessThan(1_001);
      assertThat(header.withTrackTags().mono().rate()).isNotNegative();
      while (in.next()) {
        assertThat(in.length()).isLessThanOrEqualTo(bytes.length);
        assertThat(in.codecDelay(in.track())).isNotNegative();
      }
    } catch (Refusal expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
  }
}

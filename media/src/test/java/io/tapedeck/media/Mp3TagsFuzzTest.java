package io.tapedeck.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.fuzzing.Mutations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as an MP3 file: its tags, and the frames between them. */
class Mp3TagsFuzzTest {
  private static final FuzzedFile FILE = new FuzzedFile("mp3");

  /** A frame of 104 bytes: MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono. */
  private static final String FRAME = "\377\373\20\300" + "\0".repeat(100);

  static Stream<byte[]> seeds() {
    String id3 = "ID3\4\0\0\0\0\0\4abcd";
    String lyrics = "LYRICSBEGININD0000210000021LYRICS200";
    String ape = "APETAGEX\320\7\0\0\40\0\0\0\0\0\0\0\0\0\0\240" + "\0".repeat(8);
    return Stream.of(
            id3 + FRAME.repeat(4) + lyrics + ape + "TAG" + "\0".repeat(125),
            FRAME.repeat(4) + "junk" + FRAME + id3 + ape + "LYRICSBEGINlaLYRICSEND" + FRAME)
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws IOException {
    Path file = FILE.with(bytes);
    try (FileChannel in = FileChannel.open(file)) {
      assertThat(Mp3Tags.framesEnd(in)).isBetween(0L, (long) bytes.length);
      for (int at = 0; at < Math.min(bytes.length, 200); at += 13) {
        assertThat(Mp3Tags.lengthAt(in, at)).isBetween(0L, (long) bytes.length - at);
      }
    }
    int sum = 0;
    try (BareMp3 mp3 = new BareMp3(file, word -> word >>> 21 == 0x7FF ? 104 : 0, _ -> 26_000)) {
      while (mp3.next()) {
        sum += mp3.length();
        assertThat(mp3.length()).isPositive();
      }
    }
    assertThat(sum).isLessThanOrEqualTo(bytes.length);
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

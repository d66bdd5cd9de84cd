package io.tapedeck.mp3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Mp3EncoderTest {
  @TempDir Path dir;

  @Test
  void theNumberOfThreadsChangesNoByte() throws Exception {
    byte[] one = encoded(1);
    assertThat(encoded(2)).isEqualTo(one);
    assertThat(encoded(3)).isEqualTo(one);
  }

  private byte[] encoded(int threads) throws Exception {
    Path file = dir.resolve(threads + ".mp3");
    var options = new EncoderOptions(44100, 2, new Rate.Vbr(4));
    try (var channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var encoder =
            Mp3Encoder.open(Lame.system(), options, Tags.NONE, channel, threads, _ -> {})) {
      float[] block = new float[2 * 44100];
      for (int second = 0; second < 30; second++) {
        for (int i = 0; i < block.length; i++) {
          block[i] = (float) (0.3 * Math.sin(i * 0.01 * (1 + second % 5)));
        }
        encoder.write(block, 0, 44100);
      }
      Encoded done = encoder.finish();
      assertThat(done.samples()).isEqualTo(30 * 44100);
      assertThat(done.bytes()).isEqualTo(Files.size(file));
    }
    return Files.readAllBytes(file);
  }
}

package io.tapedeck.extraction;

import io.tapedeck.core.Quality;
import io.tapedeck.mp3.Encoded;
import io.tapedeck.mp3.EncoderOptions;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.Mp3Encoder;
import io.tapedeck.mp3.Rate;
import io.tapedeck.mp3.Tags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Feeds the mp3 engine what the decoder's blocks hold, and writes its file. */
final class Mp3Writer implements AutoCloseable {
  /** Between looks at how large the file has become. */
  private static final int WRITES_BETWEEN_LOOKS = 200;

  private final int channels;
  private final LongConsumer written;
  private final FileChannel file;
  private final Mp3Encoder encoder;
  private float[] samples = new float[0];
  private int writes;

  /**
   * Begins the file.
   *
   * @param written told how large the file has become, every now and then and at its end
   * @param progress told the samples encoded so far, from any thread
   */
  Mp3Writer(
      Lame lame,
      EncoderOptions wish,
      Tags tags,
      Path to,
      int threads,
      LongConsumer written,
      LongConsumer progress)
      throws IOException {
    channels = wish.channels();
    this.written = written;
    file = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    encoder = Mp3Encoder.open(lame, wish, tags, file, threads, progress);
  }

  /** The nearest to what was wished that MP3 allows: slow rates have lower highest bitrates. */
  static Rate rate(Quality quality, int sampleRate) {
    int most = sampleRate >= 32_000 ? 320 : sampleRate >= 16_000 ? 160 : 64;
    return switch (quality) {
      case Quality.Vbr(int level) -> new Rate.Vbr(level);
      case Quality.Cbr(int kbps) -> new Rate.Cbr(Math.min(kbps, most));
    };
  }

  /** Takes little-endian floats, interleaved. */
  void write(byte[] floats, int from, int length) throws IOException {
    int count = length / 4;
    if (samples.length < count) {
      samples = new float[count];
    }
    ByteBuffer.wrap(floats, from, length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(samples, 0, count);
    encoder.write(samples, 0, count / channels);
    if (++writes % WRITES_BETWEEN_LOOKS == 0) {
      written.accept(file.size());
    }
  }

  Encoded finish() throws IOException {
    Encoded encoded = encoder.finish();
    written.accept(file.size());
    return encoded;
  }

  @Override
  public void close() throws IOException {
    encoder.close();
    file.close();
  }
}

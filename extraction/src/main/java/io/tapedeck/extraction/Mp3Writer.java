package io.tapedeck.extraction;

import io.tapedeck.core.Quality;
import io.tapedeck.mp3.Encoded;
import io.tapedeck.mp3.EncoderOptions;
import io.tapedeck.mp3.Lame;
import io.tapedeck.mp3.Mp3Encoder;
import io.tapedeck.mp3.Rate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Encodes the decoder's blocks with the mp3 engine and writes the file. */
final class Mp3Writer implements AutoCloseable {
  /** Writes between two checks of the file size. */
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
   * @param before the tags
   * @param written called with the file size now and then and at its end
   * @param progress called with the number of samples encoded so far, from any thread
   */
  Mp3Writer(
      Lame lame,
      EncoderOptions wish,
      byte[] before,
      Path to,
      int threads,
      LongConsumer written,
      LongConsumer progress)
      throws IOException {
    channels = wish.channels();
    this.written = written;
    file = PartFile.create(to);
    encoder = Mp3Encoder.open(lame, wish, before, file, threads, progress);
  }

  /**
   * The rate nearest to the requested one that MP3 allows: low sample rates have lower maximum
   * bitrates.
   */
  static Rate rate(Quality quality, int sampleRate) {
    int most = sampleRate >= 32_000 ? 320 : sampleRate >= 16_000 ? 160 : 64;
    return switch (quality) {
      case Quality.Vbr(int level) -> new Rate.Vbr(level);
      case Quality.Cbr(int kbps) -> new Rate.Cbr(Math.min(kbps, most));
    };
  }

  /** Encodes little-endian floats, interleaved. */
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

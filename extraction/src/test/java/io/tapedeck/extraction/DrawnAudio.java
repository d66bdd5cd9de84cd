package io.tapedeck.extraction;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A minute in which no moment is like another: short tones in random order, other ones on each
 * channel. All codecs keep them well, and a shift of some milliseconds shows.
 */
record DrawnAudio(Path folder) {
  static final int SECONDS = 64;

  /** Seconds of each tone. */
  private static final double TONE = 0.05;

  private static final int WAV_HEADER = 44;

  /** The WAV file of this rate; it is made at its first use. */
  Path wav(int rate, int channels) throws IOException {
    Path file = folder.resolve(rate + "-" + channels + ".wav");
    if (!Files.exists(file)) {
      Files.write(file, bytes(rate, channels));
    }
    return file;
  }

  private static byte[] bytes(int rate, int channels) {
    int size = rate * SECONDS * channels * 2;
    ByteBuffer out = ByteBuffer.allocate(WAV_HEADER + size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(size + WAV_HEADER - 8).put(ascii("WAVEfmt ")).putInt(16);
    out.putShort((short) 1).putShort((short) channels).putInt(rate).putInt(rate * channels * 2);
    out.putShort((short) (channels * 2)).putShort((short) 16).put(ascii("data")).putInt(size);
    double highest = Math.min(1800, rate * 0.3);
    for (int channel = 0; channel < channels; channel++) {
      Random random = new Random(channel);
      double phase = 0;
      double step = 0;
      for (int i = 0; i < rate * SECONDS; i++) {
        if (i % (int) (rate * TONE) == 0) {
          step = 2 * Math.PI * (200 + random.nextDouble() * (highest - 200)) / rate;
        }
        phase += step;
        int at = WAV_HEADER + (i * channels + channel) * 2;
        out.putShort(at, (short) (Math.sin(phase) * 9_000));
      }
    }
    return out.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

package io.tapedeck.converter;

import io.tapedeck.core.Outage;
import io.tapedeck.core.Quality;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The one place that knows who encodes: for now ffmpeg's own encoder in a second child. */
final class Encoding implements AutoCloseable {
  private final Process process;
  private final OutputStream pcm;

  Encoding(Extractor setup, int rate, int channels, Quality quality, Path to) throws IOException {
    String[] wish =
        switch (quality) {
          case Quality.Vbr(int level) -> new String[] {"-q:a", "" + level};
          case Quality.Cbr(int kbps) -> new String[] {"-b:a", kbps + "k"};
        };
    process =
        new ProcessBuilder(
                setup.ffmpeg().program().toString(),
                "-v",
                "error",
                "-f",
                "f32le",
                "-ar",
                "" + rate,
                "-ac",
                "" + channels,
                "-i",
                "pipe:0",
                "-c:a",
                "libmp3lame",
                wish[0],
                wish[1],
                "-f",
                "mp3",
                "file:" + to)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    pcm = process.getOutputStream();
  }

  void write(byte[] floats, int from, int length) throws IOException {
    pcm.write(floats, from, length);
  }

  void finish() throws IOException {
    pcm.close();
    try {
      if (process.waitFor() != 0) {
        throw new Outage("the encoder failed", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

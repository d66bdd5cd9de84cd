package io.tapedeck.converter;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Keeps a source's own MP3 frames, bit by bit. */
final class Copying {
  private Copying() {}

  static Extracted run(Child copier, Path part, Consumer<Duration> moved) throws IOException {
    Matroska frames = new Matroska(copier.output());
    Matroska.Header header = frames.header();
    long samples = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      boolean more = header.rate() > 0;
      while (more) {
        out.write(frames.bytes(), 0, frames.length());
        samples += header.rate() > 24_000 ? 1152 : 576;
        moved.accept(Duration.ofMillis(samples * 1000 / header.rate()));
        more = frames.next();
      }
    }
    return Extracted.of(
        part, Duration.ofMillis(samples * 1000 / Math.max(1, header.rate())), true, List.of());
  }
}

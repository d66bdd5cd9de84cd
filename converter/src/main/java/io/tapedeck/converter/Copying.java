package io.tapedeck.converter;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.mp3.Tags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Keeps a source's own MP3 frames, bit by bit, behind new tags. */
final class Copying {
  private Copying() {}

  static Extracted run(Child copier, Optional<Tags.Cover> cover, Path part, Course course)
      throws IOException {
    Matroska frames = new Matroska(copier.output());
    Matroska.Header header = frames.header();
    if (header.rate() == 0) {
      course.await(copier);
      throw new Refusal(Code.UNREADABLE_MEDIA, "no MP3 frame could be read");
    }
    int perFrame = header.rate() > 24_000 ? 1152 : 576;
    long samples = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      out.write(Labels.of(header, Duration.ofMillis(frames.millis()), cover).toBytes());
      boolean more = true;
      while (more) {
        out.write(frames.bytes(), 0, frames.length());
        samples += perFrame;
        Duration length = Duration.ofNanos(samples * 1_000_000_000 / header.rate());
        course.decoded(length);
        course.encoded(length);
        more = frames.next();
      }
    }
    course.await(copier);
    return Extracted.of(
        part,
        Duration.ofNanos(samples * 1_000_000_000 / header.rate()),
        true,
        List.of(),
        OptionalDouble.empty());
  }
}

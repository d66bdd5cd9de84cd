package io.tapedeck.converter;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.mp3.Tags;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Keeps a source's own MP3 frames, bit by bit, behind new tags. */
record Copying(Course course, Path part) {
  /**
   * Copies all frames.
   *
   * @param own the source's own frame before the sound, or no bytes
   */
  Extracted run(Child copier, Optional<Tags.Cover> cover, byte[] own) throws IOException {
    Matroska frames = new Matroska(copier.output());
    Matroska.Header header = frames.header();
    if (header.rate() == 0) {
      course.await(copier);
      throw new Refusal(Code.UNREADABLE_MEDIA, "no MP3 frame could be read");
    }
    byte[] tags = Labels.of(header, Duration.ofMillis(frames.millis()), cover).toBytes();
    SeekFrame seek = SeekFrame.before(frames.bytes(), own);
    long count = write(frames, header.rate(), tags, seek);
    course.await(copier);
    if (seek != null && seek.filled().isPresent()) {
      replace(tags.length, seek.filled().get());
    }
    return Extracted.of(
        part, length(count, header.rate()), true, List.of(), OptionalDouble.empty());
  }

  private long write(Matroska frames, int rate, byte[] tags, @Nullable SeekFrame seek)
      throws IOException {
    long count = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      out.write(tags);
      if (seek != null) {
        out.write(seek.placeholder());
      }
      boolean more = true;
      while (more) {
        out.write(frames.bytes(), 0, frames.length());
        if (seek != null) {
          seek.add(frames.bytes(), frames.length());
        }
        count++;
        course.decoded(length(count, rate));
        course.encoded(length(count, rate));
        more = frames.next();
      }
    }
    return count;
  }

  private void replace(long at, byte[] bytes) throws IOException {
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        file.write(left, at + left.position());
      }
    }
  }

  private static Duration length(long frames, int rate) {
    return Duration.ofNanos(frames * (rate > 24_000 ? 1152 : 576) * 1_000_000_000 / rate);
  }
}

package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.Id3;
import io.tapedeck.core.Refusal;
import io.tapedeck.media.Matroska;
import io.tapedeck.mp3.FrameHeader;
import io.tapedeck.tags.CoverArt;
import io.tapedeck.tags.SourceTags;
import io.tapedeck.tags.TagFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Copies a source's own MP3 frames bit by bit behind new tags. */
record Mp3Copier(ExtractionMonitor monitor, Path part, Id3 version) {
  private static final int NONE = -1;

  /**
   * Copies all frames; empty if the packets are not frames that players can read, whatever format
   * the file claims.
   *
   * @param own the source's own frame before the audio, or no bytes
   */
  Optional<Extracted> run(Child copier, SourceTags source, CoverArt.Found cover, byte[] own)
      throws IOException {
    Matroska frames = new Matroska(copier.output());
    Matroska.Header header = frames.header();
    if (header.rate() == 0) {
      monitor.await(copier);
      throw new Refusal(Code.UNREADABLE_MEDIA, "no MP3 frame could be read");
    }
    if (!header.mp3() || frameStart(frames) != 0) {
      return Optional.empty();
    }
    SourceTags.Found found =
        source.tags(header, Duration.ofMillis(frames.millis()), copier.report().language());
    TagFile tagged = TagFile.of(cover.in(found.tags()), version);
    byte[] tags = tagged.before();
    XingFrame seek = XingFrame.before(word(frames, 0), own);
    List<String> warnings = new ArrayList<>();
    long count = write(frames, header.rate(), tags, seek, warnings);
    monitor.await(copier);
    if (seek != null && seek.filled().isPresent()) {
      replace(tags.length, seek.filled().get());
    }
    Duration length = length(count, header.rate());
    tagged.complete(part, length);
    warnings.addAll(found.warnings());
    warnings.addAll(cover.warnings());
    return Optional.of(Extracted.of(part, length, true, warnings, OptionalDouble.empty()));
  }

  /**
   * Where the frame of the packet begins: ffmpeg puts damaged bytes and the next frame in one
   * packet.
   */
  private static int frameStart(Matroska packet) {
    for (int at = 0; at + FrameHeader.BYTES <= packet.length(); at++) {
      int word = word(packet, at);
      if (FrameHeader.plausible(word)
          && (at == 0 || new FrameHeader(word).frameBytes() == packet.length() - at)) {
        return at;
      }
    }
    return NONE;
  }

  private static int word(Matroska packet, int at) {
    return ByteBuffer.wrap(packet.bytes()).getInt(at);
  }

  private long write(
      Matroska frames, int rate, byte[] tags, @Nullable XingFrame seek, List<String> warnings)
      throws IOException {
    AudioBudget budget = monitor.budget();
    monitor.expectBytes(0); // its size is that of the source's audio, which is unknown
    long count = 0;
    long bytes = 0;
    long left = 0;
    try (OutputStream out =
        new BufferedOutputStream(Channels.newOutputStream(PartFile.create(part)))) {
      out.write(tags);
      if (seek != null) {
        out.write(seek.placeholder());
      }
      boolean more = true;
      while (more) {
        int start = frameStart(frames);
        left += start == 0 ? 0 : 1;
        if (start != NONE) {
          byte[] frame = Arrays.copyOfRange(frames.bytes(), start, frames.length());
          out.write(frame);
          if (seek != null) {
            seek.add(frame, frame.length);
          }
          count++;
          bytes += frame.length;
        }
        budget.checkCopied(bytes);
        monitor.written(bytes);
        budget.check(length(count, rate), Duration.ZERO);
        monitor.decoded(length(count, rate));
        monitor.encoded(length(count, rate));
        more = frames.next();
      }
    }
    if (left > 0) {
      warnings.add("damaged frames were left out: " + left + " of " + (left + count));
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

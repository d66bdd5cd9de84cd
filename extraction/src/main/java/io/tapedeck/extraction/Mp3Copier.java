package io.tapedeck.extraction;

import io.tapedeck.media.BareMp3;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import io.tapedeck.mp3.FrameHeader;
import io.tapedeck.mp3.StreamCheck;
import io.tapedeck.mp3.XingFrame;
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
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Copies a source's own MP3 frames bit by bit behind new tags, if they are one whole stream: each
 * frame is checked, and their times have no hole (ADR 0022). One source per copier.
 */
final class Mp3Copier {
  /** What came of it. */
  sealed interface Result {}

  /**
   * The frames were kept.
   *
   * @param reached where the audio ends by the source's own times
   * @param claimed the length by the source's own count of frames, if it has one
   * @param cut whether the source ends in the middle of a frame
   */
  record Kept(Extracted mp3, Duration reached, Optional<Duration> claimed, boolean cut)
      implements Result {}

  /**
   * The audio must be encoded.
   *
   * @param damage a warning with the place, if the source is damaged there
   */
  record Unfit(Optional<String> damage) implements Result {}

  static final Unfit UNFIT = new Unfit(Optional.empty());

  private final ExtractionMonitor monitor;
  private final Path part;
  private final StreamCheck check = new StreamCheck();
  private final Delay delay;
  private final Timeline timeline;
  private final TagFile tagged;
  private final List<String> warnings = new ArrayList<>();
  private final int rate;
  private @Nullable XingFrame xing;
  private byte[] own = new byte[0];
  private long count;
  private long bytes;
  private long lastMillis = Long.MIN_VALUE / 2;
  private boolean cut;

  /**
   * @param largestGap longer gaps count as wrong times; zero if no gap is to be believed
   */
  Mp3Copier(
      ExtractionMonitor monitor,
      Path part,
      DecodedAudio source,
      TagInput labels,
      Delay delay,
      Duration largestGap) {
    this.monitor = monitor;
    this.part = part;
    this.delay = delay;
    rate = source.header().rate();
    timeline = new Timeline(rate, largestGap);
    Duration origin = Duration.ofMillis(source.pcm().millis());
    Duration before = Duration.ofMillis(Math.max(0, delay.samples()) * 1_000L / rate);
    SourceTags.Found found =
        labels.own().tags(source.header(), origin.plus(before), labels.language());
    tagged = TagFile.of(labels.cover().in(found.tags()), labels.version());
    warnings.addAll(found.warnings());
    warnings.addAll(labels.cover().warnings());
  }

  /** The frames of an MP3 file one by one. */
  static BareMp3 bare(Path source) throws IOException {
    return new BareMp3(
        source,
        word -> FrameHeader.plausible(word) ? new FrameHeader(word).frameBytes() : 0,
        word -> {
          FrameHeader header = new FrameHeader(word);
          return header.samples() * 1_000_000 / header.sampleRate();
        });
  }

  /** Copies all frames from the current packet on. */
  Result run(DecodedAudio source, boolean trailingTag) throws IOException {
    Pcm packets = source.pcm();
    monitor.expectBytes(0); // its size is that of the source's audio, which is unknown
    try (OutputStream out =
        new BufferedOutputStream(Channels.newOutputStream(PartFile.create(part)))) {
      out.write(tagged.before());
      boolean more = true;
      while (more) {
        Optional<Unfit> unfit = take(packets, out);
        if (unfit.isPresent()) {
          return unfit.get();
        }
        more = packets.next();
      }
    }
    source.end().run();
    timeline.end();
    int samples = samplesBefore(packets);
    if (xing == null || packets.brokenOff() || hasHole() || !fits(samples)) {
      return UNFIT;
    }
    return finish(source, samples, trailingTag);
  }

  private Optional<Unfit> take(Pcm packet, OutputStream out) throws IOException {
    Unfit damaged =
        new Unfit(Optional.of("the audio is damaged at " + Diagnosis.time(length(count))));
    int samples = 0;
    int at = 0;
    while (at < packet.length()) {
      if (cut) {
        return Optional.of(damaged); // more follows a frame that is not whole
      }
      switch (check.next(packet.bytes(), at, packet.length())) {
        case AUDIO -> write(packet.bytes(), at, out);
        case INFO -> info(Arrays.copyOfRange(packet.bytes(), at, at + check.length()));
        case PARTIAL -> cut = true;
        case OTHER -> {
          return Optional.of(UNFIT);
        }
        case DAMAGED -> {
          return Optional.of(damaged);
        }
      }
      at += cut ? packet.length() : check.length();
      samples += cut ? 0 : spf();
    }
    timeline.add(packet.millis(), samples);
    boolean twice = delay.edited() && packet.millis() - lastMillis < 500L * samples / rate;
    lastMillis = packet.millis();
    report();
    return twice || hasHole() ? Optional.of(UNFIT) : Optional.empty();
  }

  private void info(byte[] frame) {
    if (xing != null) {
      xing.skip(frame);
    } else if (own.length == 0) {
      own = frame;
    }
  }

  private void write(byte[] packet, int at, OutputStream out) throws IOException {
    if (xing == null) {
      xing = XingFrame.before(Objects.requireNonNull(check.first()), own);
      out.write(xing.placeholder());
    }
    out.write(packet, at, check.length());
    xing.add(packet, at, check.length());
    bytes += check.length();
    count++;
  }

  private void report() {
    monitor.budget().checkCopied(bytes);
    monitor.written(bytes);
    monitor.budget().check(length(count), Duration.ZERO);
    monitor.decoded(length(count));
    monitor.encoded(length(count));
  }

  private boolean hasHole() {
    long silence = timeline.next();
    while (silence == 0) {
      silence = timeline.next();
    }
    return silence > 0;
  }

  /**
   * Samples at the start that are not part of the audio. Older muxers of Matroska keep from LAME's
   * own statement only the padding at the end.
   */
  private int samplesBefore(Pcm packets) {
    boolean lost = delay.samples() == 0 && discarded(packets) > 0 && check.isFromLame();
    return lost ? XingFrame.DELAY_OF_LAME : delay.samples();
  }

  private int discarded(Pcm packets) {
    return packets instanceof Matroska pipe
        ? (int) Math.round(Math.min((double) pipe.discarded(), 1e9) * rate / 1e9)
        : 0;
  }

  /** Whether an MP3 can say that these samples are not part of the audio. */
  private boolean fits(int before) {
    boolean asSaid = check.first() != null && check.first().sampleRate() == rate;
    boolean stated = xing != null && xing.statesDelay();
    boolean sayable = before >= XingFrame.DECODER_DELAY && before <= XingFrame.MOST_DELAY;
    return asSaid && (before == 0 || (sayable && !stated));
  }

  private Kept finish(DecodedAudio source, int before, boolean trailingTag) throws IOException {
    XingFrame counts = Objects.requireNonNull(xing);
    int behind = before == 0 ? 0 : discarded(source.pcm());
    replace(tagged.before().length, counts.filled(before, behind));
    int outside = counts.outside(before, behind);
    Duration length = length(count, outside);
    tagged.complete(part, length);
    warnings.addAll(0, Diagnosis.warnings(source.report(), timeline, Duration.ZERO, trailingTag));
    Extracted mp3 = Extracted.of(part, length, true, warnings, OptionalDouble.empty());
    Optional<Duration> claimed =
        Optional.of(counts.claimed()).filter(all -> all > 0).map(all -> length(all, outside));
    Duration reached = timeline.reached().minus(length(count)).plus(length);
    return new Kept(mp3, reached, claimed, cut);
  }

  private void replace(long at, byte[] bytes) throws IOException {
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        file.write(left, at + left.position());
      }
    }
  }

  private int spf() {
    return samplesAFrame(rate);
  }

  /** Samples of a frame, per channel. */
  static int samplesAFrame(int rate) {
    return rate > 24_000 ? 1152 : 576;
  }

  private Duration length(long frames) {
    return length(frames, 0);
  }

  private Duration length(long frames, int without) {
    return Duration.ofNanos(Math.max(0, frames * spf() - without) * 1_000_000_000 / rate);
  }
}

package io.tapedeck.extraction;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Refusal;
import io.tapedeck.ffmpeg.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an extraction, and its stop on request. The working thread and the watching
 * threads share data only here.
 */
final class ExtractionMonitor {
  /** The first of two passes is this part of the whole work. */
  private static final double MEASURING = 0.3;

  /** Bytes of the MP3 between two checks of the disk space. */
  private static final long BYTES_BETWEEN_LOOKS = 4L << 20;

  private final Extractor setup;
  private final Path input;
  private final LongConsumer room;
  private final AtomicLong moved = new AtomicLong();
  private final List<Child> children = new ArrayList<>();
  private @Nullable RuntimeException stopped;
  private Instant started = Instant.EPOCH;
  private Duration done = Duration.ZERO;
  private Optional<Duration> total = Optional.empty();
  private double before;
  private double share = 1;
  private long size;
  private long expectedBytes;
  private long lookAtBytes;

  ExtractionMonitor(Extractor setup, Path input, LongConsumer room) {
    this.setup = setup;
    this.input = input;
    this.room = room;
  }

  synchronized void begin() throws IOException {
    started = setup.clock().instant();
    size = Files.size(input);
  }

  /** How much audio the source's size makes plausible. */
  synchronized AudioBudget budget() {
    return new AudioBudget(size);
  }

  synchronized void stop(RuntimeException reason) {
    if (stopped == null) {
      stopped = reason;
    }
    children.forEach(Child::kill);
  }

  synchronized void throwIfStopped() {
    if (stopped != null) {
      throw stopped;
    }
  }

  /** Starts a child and drops the earlier ones. */
  synchronized Child start(List<String> arguments) {
    children.clear();
    return startBeside(arguments);
  }

  /** Starts one more child beside the others. */
  synchronized Child startBeside(List<String> arguments) {
    throwIfStopped();
    Child child = setup.ffmpeg().start(arguments);
    children.add(child);
    return child;
  }

  /** Waits for a child whose output has ended. */
  void await(Child child) {
    try {
      child.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
    throwIfStopped();
  }

  /** Begins the first of two passes. */
  void measure(Optional<Duration> length) {
    expect(length);
    synchronized (this) {
      share = MEASURING;
    }
  }

  /** Reports how far the first of two passes is in the audio. */
  void measured(Duration at) {
    moved.incrementAndGet();
    budget().check(at, Duration.ZERO);
    check(at);
    encoded(at);
  }

  /** Begins the pass that makes the MP3. */
  void expect(Optional<Duration> length) {
    length.ifPresent(this::refuseTooLong);
    synchronized (this) {
      before = share < 1 ? MEASURING : 0;
      share = 1 - before;
      done = Duration.ZERO;
      total = length;
    }
  }

  /** Reports how much the decoder has delivered; refuses more than the limit. */
  void decoded(Duration length) {
    moved.incrementAndGet();
    check(length);
  }

  /** Reports how much audio is in the MP3. */
  synchronized void encoded(Duration length) {
    moved.incrementAndGet();
    done = length;
  }

  /**
   * Begins the MP3 and asks for the disk space that it will take.
   *
   * @param kbps at most, by guess
   */
  void expectBytes(int kbps) {
    synchronized (this) {
      expectedBytes = total.map(all -> all.toSeconds() * kbps * 125).orElse(0L);
      lookAtBytes = 0;
    }
    written(0);
  }

  /** Reports the bytes in the MP3; refuses more than the limit and stops if the disk is full. */
  void written(long bytes) {
    if (bytes > setup.limits().largestMp3()) {
      throw new Refusal(
          Code.TOO_LARGE,
          "the MP3 would be larger than the " + setup.limits().largestMp3() + " bytes allowed");
    }
    long end;
    synchronized (this) {
      if (bytes < lookAtBytes) {
        return;
      }
      lookAtBytes = bytes + BYTES_BETWEEN_LOOKS;
      end = Math.max(expectedBytes, lookAtBytes);
    }
    room.accept(end - bytes + end); // the rest here, and all of it again where it is kept
  }

  long moved() {
    return moved.get();
  }

  synchronized Progress progress() {
    double seconds = done.toMillis() / 1000.0;
    double worked = Duration.between(started, setup.clock().instant()).toMillis() / 1000.0;
    double part =
        total.map(all -> seconds * 1000 / Math.max(1, all.toMillis())).orElseGet(this::readPart);
    return new Progress(
        Math.min(1, before + share * Math.clamp(part, 0, 1)),
        worked > 0.05 ? Math.max(0, seconds / worked) : 0);
  }

  /** The part of the file that the decoder has read; used for files that do not state a length. */
  private double readPart() {
    return children.isEmpty() || size == 0
        ? 0
        : (double) children.getFirst().position(input).orElse(0) / size;
  }

  private void check(Duration length) {
    throwIfStopped();
    refuseTooLong(length);
    Duration most = setup.limits().longestWork();
    Instant since;
    synchronized (this) {
      since = started;
    }
    if (Duration.between(since, setup.clock().instant()).compareTo(most) > 0) {
      throw new Refusal(
          Code.CONVERSION_TIMEOUT, "it took longer than the " + Diagnosis.time(most) + " allowed");
    }
  }

  private void refuseTooLong(Duration length) {
    Duration most = setup.limits().longestAudio();
    if (length.compareTo(most) > 0) {
      throw new Refusal(
          Code.TOO_LONG,
          "the audio lasts "
              + Diagnosis.time(length)
              + " or more; at most "
              + Diagnosis.time(most)
              + " is accepted");
    }
  }
}

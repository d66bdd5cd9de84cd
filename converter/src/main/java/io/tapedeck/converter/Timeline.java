package io.tapedeck.converter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays blocks of sound one after the other so that the result is as long as the source: where the
 * source's times show a hole there is silence to write, where blocks overlap there are samples to
 * leave out.
 */
final class Timeline {
  /** A hole in the source's sound, on the result's timeline. */
  record Gap(Duration from, Duration to) {}

  /** Times of blocks are in whole milliseconds and some containers are untidier still. */
  private static final long TOLERANCE_MILLIS = 45;

  /** Less than this at the end is untidiness of times, not sound that is missing. */
  private static final long LEAST_REST_MILLIS = 10;

  /** Times that step back further than this have begun anew rather than overlap. */
  private static final long LARGEST_OVERLAP_MILLIS = 10_000;

  private final int rate;
  private final long largestGapMillis;
  private final List<Gap> gaps = new ArrayList<>();
  private long base = Long.MIN_VALUE;
  private long frames;
  private long behind;

  /**
   * @param largestGap jumps longer than this are taken for wrong times, not for holes
   */
  Timeline(int rate, Duration largestGap) {
    this.rate = rate;
    this.largestGapMillis = largestGap.toMillis();
  }

  /**
   * Takes the next block.
   *
   * @param millis its time
   * @param count its frames
   * @return frames of silence to write before it if positive; frames to leave out at its start if
   *     negative, at most {@code count}
   */
  long place(long millis, int count) {
    if (base == Long.MIN_VALUE) {
      base = millis;
    }
    long ahead = millis - base - frames * 1000 / rate;
    long silence = 0;
    if (ahead > largestGapMillis || ahead < -LARGEST_OVERLAP_MILLIS) {
      base += ahead;
    } else if (ahead > TOLERANCE_MILLIS) {
      silence = ahead * rate / 1000;
      gaps.add(new Gap(at(frames), at(frames + silence)));
    } else if (ahead < -TOLERANCE_MILLIS) {
      silence = -Math.min(count, -ahead * rate / 1000);
    }
    frames += count + silence;
    behind = silence == 0 ? Math.clamp(ahead, 0, TOLERANCE_MILLIS) : 0;
    return silence;
  }

  /** Ends it; returns frames of silence that are missing at the very end. */
  long end() {
    long silence = behind < LEAST_REST_MILLIS ? 0 : behind * rate / 1000;
    frames += silence;
    behind = 0;
    return silence;
  }

  /** Frames so far, silence included. */
  long frames() {
    return frames;
  }

  /** The time of the first block in milliseconds; 0 before it. */
  long origin() {
    return base == Long.MIN_VALUE ? 0 : base;
  }

  Duration length() {
    return at(frames);
  }

  List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  private Duration at(long frame) {
    return Duration.ofNanos(Math.round(frame * 1e9 / rate));
  }
}

package io.tapedeck.convert;

import io.tapedeck.core.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How far a batch is as a whole. Files count by their bytes, because a film takes longer than a
 * clip. The part that is done never becomes smaller.
 */
final class BatchProgress {
  /** Before that, an estimate of the time left says more of the start than of the work. */
  private static final Duration FIRST_ESTIMATE = Duration.ofSeconds(3);

  private static final double LEAST_DONE = 0.01;

  /**
   * What is shown.
   *
   * @param done 0 to 1
   * @param speed seconds of audio per second of work; 0 while unknown
   * @param left the time left at the speed so far; empty while it is not known
   */
  record View(double done, double speed, Optional<Duration> left) {}

  private final double all;
  private double ended;
  private double shown;

  /**
   * @param bytes of all files that will be converted
   */
  BatchProgress(long bytes) {
    this.all = Math.max(1, bytes);
  }

  /** A file has ended, in whatever way. */
  synchronized void ended(FileJob job) {
    ended += job.size();
  }

  /**
   * The progress now.
   *
   * @param running the files that are being converted
   * @param elapsed since the beginning
   */
  synchronized View view(Map<FileJob, Progress> running, Duration elapsed) {
    double done = ended;
    double speed = 0;
    for (Map.Entry<FileJob, Progress> each : running.entrySet()) {
      done += each.getKey().size() * each.getValue().fraction();
      speed += each.getValue().speed();
    }
    shown = Math.clamp(done / all, shown, 1);
    return new View(shown, speed, left(elapsed));
  }

  private Optional<Duration> left(Duration elapsed) {
    if (shown < LEAST_DONE || elapsed.compareTo(FIRST_ESTIMATE) < 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - shown) / shown)));
  }
}

package io.tapedeck.extraction;

import java.time.Duration;

/**
 * What one extraction may use.
 *
 * @param longestAudio of the source, or of the part chosen
 * @param largestMp3 bytes of the result
 * @param longestWork time from its start to its end, by the clock
 */
public record Limits(Duration longestAudio, long largestMp3, Duration longestWork) {
  /** For files of one's own: a day and a half of audio, 4 GiB, a day of work. */
  public static final Limits GENEROUS =
      new Limits(Duration.ofHours(36), 4L << 30, Duration.ofDays(1));
}

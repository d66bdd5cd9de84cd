package io.tapedeck.ffmpeg;

import java.time.Duration;

/**
 * The limits of one extraction.
 *
 * @param longestAudio of the source, or of the part chosen
 * @param largestMp3 bytes of the result
 * @param longestWork time from its start to its end, by the clock
 */
public record Limits(Duration longestAudio, long largestMp3, Duration longestWork) {
  /** For one's own files: 36 hours of audio, 4 GiB, one day of work. */
  public static final Limits GENEROUS =
      new Limits(Duration.ofHours(36), 4L << 30, Duration.ofDays(1));
}

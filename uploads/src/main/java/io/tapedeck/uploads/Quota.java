package io.tapedeck.uploads;

import java.time.Duration;

/**
 * The limits of one account.
 *
 * @param storedBytes bytes of stored videos and MP3s, including open uploads
 * @param audio how much audio may be converted in 30 days
 * @param active conversions that are Queued or Converting, plus open uploads
 * @param streams event streams open at the same time
 * @param createsPerMinute new uploads, conversions, retries and links
 */
public record Quota(
    long storedBytes, Duration audio, int active, int streams, int createsPerMinute) {
  /** No limit on bytes. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** No limit on audio: more than anybody can convert. */
  public static final Duration NO_AUDIO_LIMIT = Duration.ofDays(36_500);

  public static final Quota DEFAULT = new Quota(NO_LIMIT, NO_AUDIO_LIMIT, 1000, 4096, 600);

  public Quota {
    if (storedBytes < 1 || active < 1 || streams < 1 || createsPerMinute < 1) {
      throw new IllegalArgumentException("limits are at least 1");
    }
  }
}

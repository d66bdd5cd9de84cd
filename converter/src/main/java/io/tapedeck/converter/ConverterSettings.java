package io.tapedeck.converter;

import io.tapedeck.core.AccountId;
import io.tapedeck.ffmpeg.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/**
 * The settings of a converter.
 *
 * @param worker its name in leases and logs; no two converters may share one
 * @param parallel conversions at once, 1 or more; see also {@link #newcomers}
 * @param cores that conversions share for encoding, 1 or more
 * @param lease how long a claim is valid without a renewal; it is renewed after a quarter of this
 *     time, so three attempts fit in before another converter may take the conversion
 * @param stall how long a conversion may make no progress before it is ended
 * @param progressEvery least time between two entries of a conversion's progress
 * @param limits of one conversion
 * @param scratch folder for this converter alone, emptied at the start
 * @param largestScratch bytes that may be in the scratch folder, where its volume has a limit that
 *     the file system does not tell, as in containers; else {@link Long#MAX_VALUE}
 * @param diskMargin bytes that always stay free on the disk
 * @param audioPerMonth audio that one account may convert in 30 days
 * @param keepVideos whether videos stay until they expire; otherwise a video is deleted once its
 *     MP3 is Ready
 */
public record ConverterSettings(
    String worker,
    int parallel,
    int cores,
    Duration lease,
    Duration stall,
    Duration progressEvery,
    Limits limits,
    Path scratch,
    long largestScratch,
    long diskMargin,
    Function<AccountId, Duration> audioPerMonth,
    boolean keepVideos) {
  /** More audio than anybody can convert. */
  public static final Duration NO_AUDIO_LIMIT = Duration.ofDays(36_500);

  public ConverterSettings {
    if (parallel < 1 || cores < 1) {
      throw new IllegalArgumentException("a converter has at least one place and one core");
    }
    if (lease.toMillis() < 1000) {
      throw new IllegalArgumentException("a lease lasts a second or more, not " + lease);
    }
  }

  /** How many more at once are of accounts of which nothing else is being converted. */
  int newcomers() {
    return (parallel + 1) / 2;
  }

  /** Defaults for a machine with this many cores. */
  public static ConverterSettings defaults(String worker, int cores, Path scratch) {
    return new ConverterSettings(
        worker,
        cores,
        cores,
        Duration.ofSeconds(8),
        Duration.ofSeconds(60),
        Duration.ofMillis(500),
        new Limits(Duration.ofHours(24), 2L << 30, Duration.ofHours(6)),
        scratch,
        Long.MAX_VALUE,
        0,
        account -> NO_AUDIO_LIMIT,
        false);
  }
}

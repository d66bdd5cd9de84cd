package io.tapedeck.converter;

import io.tapedeck.extraction.Limits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a converter works.
 *
 * @param worker its name in leases and logs; no two converters may share one
 * @param parallel conversions at once, 1 or more
 * @param cores that conversions share for encoding, 1 or more
 * @param lease how long a claim holds without a renewal; it is renewed after a quarter of it, so
 *     three tries fit in before another may take the conversion
 * @param stall how long nothing may move before a conversion is ended
 * @param progressEvery least time between two entries of a conversion's progress
 * @param limits of one conversion
 * @param scratch folder of its own, emptied at the start
 * @param diskMargin bytes that stay free on the disk whatever is converted
 * @param keepVideos whether videos stay until they expire; otherwise they go once the MP3 is Ready
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
    long diskMargin,
    boolean keepVideos) {
  public ConverterSettings {
    if (parallel < 1 || cores < 1) {
      throw new IllegalArgumentException("a converter has at least one place and one core");
    }
    if (lease.toMillis() < 1000) {
      throw new IllegalArgumentException("a lease lasts a second or more, not " + lease);
    }
  }

  /** What suits a machine with so many cores. */
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
        0,
        false);
  }
}

package io.tapedeck.converter;

import java.time.Duration;

/**
 * How often the {@link Janitor} works, and after what time it acts.
 *
 * @param worker its name for the duty; no two may share one
 * @param crashes how many leases of one conversion may expire unrenewed before it fails
 * @param keepVideos the same as the converter's setting
 */
public record JanitorSettings(
    String worker, Every every, Unheard unheard, Grace grace, int crashes, boolean keepVideos) {
  /**
   * So high because many restarts or out-of-memory kills of a machine must not look like a video
   * that crashes the converter.
   */
  private static final int CRASHES = 10;

  /**
   * How often it works.
   *
   * @param round time between two rounds
   * @param sweep time between two sweeps of all buckets
   */
  public record Every(Duration round, Duration sweep) {}

  /**
   * When it assumes that nobody received the event of a conversion.
   *
   * @param waiting how long it may be Queued before its event is published again; doubled after
   *     each time
   * @param ended how long after its end its event is published once more, so that a lost e-mail is
   *     written; a Janitor that takes over the duty looks back this far
   */
  public record Unheard(Duration waiting, Duration ended) {}

  /**
   * How long the Janitor waits before it deletes.
   *
   * @param orphan bytes without a conversion, after they came
   * @param upload an unfinished upload, after its last byte
   * @param expired the remaining record of an expired conversion
   */
  public record Grace(Duration orphan, Duration upload, Duration expired) {}

  /** Defaults for nearly every installation. */
  public static JanitorSettings defaults(String worker) {
    return new JanitorSettings(
        worker,
        new Every(Duration.ofSeconds(15), Duration.ofMinutes(10)),
        new Unheard(Duration.ofMinutes(1), Duration.ofHours(1)),
        new Grace(Duration.ofHours(1), Duration.ofDays(2), Duration.ofDays(30)),
        CRASHES,
        false);
  }
}

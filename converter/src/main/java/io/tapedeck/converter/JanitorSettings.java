package io.tapedeck.converter;

import java.time.Duration;

/**
 * How often and after what time the {@link Janitor} clears up.
 *
 * @param worker its name for the duty; no two may share one
 * @param crashes how many leases of one conversion may end unrenewed before it fails
 * @param keepVideos as the converter's
 */
public record JanitorSettings(
    String worker, Every every, Unheard unheard, Grace grace, int crashes, boolean keepVideos) {
  /**
   * A machine that is switched off and on, or killed for memory again and again, must not be taken
   * for a video that kills it.
   */
  private static final int CRASHES = 10;

  /**
   * How often it works.
   *
   * @param round time between two rounds
   * @param sweep time between two looks through all buckets
   */
  public record Every(Duration round, Duration sweep) {}

  /**
   * When it takes a conversion for one whose event nobody heard.
   *
   * @param waiting how long it may be Queued before its event is published again; doubled after
   *     each time
   * @param ended how long after its end its event is published again once, so that a lost letter is
   *     written; a Janitor that takes over the duty looks back so far
   */
  public record Unheard(Duration waiting, Duration ended) {}

  /**
   * How long it leaves things alone.
   *
   * @param orphan bytes without a conversion, after they came
   * @param upload an unfinished upload, after its last byte
   * @param expired a conversion that is only remembered
   */
  public record Grace(Duration orphan, Duration upload, Duration expired) {}

  /** What suits nearly everybody. */
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

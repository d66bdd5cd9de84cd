package io.tapedeck.converter;

import java.time.Duration;

/**
 * How often and after what time the {@link Janitor} clears up.
 *
 * @param worker its name for the duty; no two may share one
 * @param every time between two rounds
 * @param unheard how long a conversion may be Queued before its event is published again; doubled
 *     after each time
 * @param mails how long after its end a conversion's event is published again once, so that a lost
 *     e-mail is written; a Janitor that takes over the duty looks back so far
 * @param sweepEvery time between two looks through all shelves
 * @param orphanGrace how old bytes without a conversion must be to be deleted
 * @param uploadGrace how long ago the last byte must have come to an unfinished upload
 * @param forgetAfter how long an Expired conversion is remembered
 * @param crashes how many leases of one conversion may end unrenewed before it fails
 * @param keepVideos as the converter's
 */
public record JanitorSettings(
    String worker,
    Duration every,
    Duration unheard,
    Duration mails,
    Duration sweepEvery,
    Duration orphanGrace,
    Duration uploadGrace,
    Duration forgetAfter,
    int crashes,
    boolean keepVideos) {
  /**
   * A machine that is switched off and on, or killed for memory again and again, must not be taken
   * for a video that kills it.
   */
  private static final int CRASHES = 10;

  /** What suits nearly everybody. */
  public static JanitorSettings usual(String worker) {
    return new JanitorSettings(
        worker,
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        Duration.ofMinutes(10),
        Duration.ofHours(1),
        Duration.ofDays(2),
        Duration.ofDays(30),
        CRASHES,
        false);
  }
}

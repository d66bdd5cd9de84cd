package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The dead letters of a bus, for a person to look at: events that were delivered too often without
 * success, and messages that nobody could read. This port may be used beside the processes that
 * work on the bus. Methods throw {@link Outage} when the bus does not answer.
 */
public interface DeadLetters {
  /** Older dead letters are deleted. */
  Duration KEPT = Duration.ofDays(30);

  /** The limit of dead letters in each queue. Above it the oldest are deleted. */
  int MOST = 10_000;

  /** All dead letters, oldest first; within one second in any order. */
  List<DeadLetter> list();

  /**
   * Puts an event back into its queue, once, as if it were new.
   *
   * @return whether there was a dead letter with that id
   */
  boolean retry(String id);

  /**
   * Deletes one dead letter.
   *
   * @return whether there was a dead letter with that id
   */
  boolean drop(String id);

  /** Deletes all dead letters and returns how many. */
  int dropAll();

  /** Deletes dead letters that are older than {@link #KEPT} or beyond {@link #MOST}. */
  void clearUp();

  /**
   * One dead letter. Its type and conversion are as in the message, which may be no event of ours.
   *
   * @param type as on the wire, such as {@code mp3-ready}
   * @param conversion the id of the conversion
   * @param died when delivery was given up
   * @param tries how often the event was delivered
   * @param reason why delivery was given up, in words
   */
  record DeadLetter(
      String id,
      EventBus.Queue queue,
      String type,
      String conversion,
      Instant died,
      int tries,
      String reason) {}
}

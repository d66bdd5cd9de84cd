package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The events that a bus delivered in vain too often, or that nobody could read, for a person to
 * look at. It may be used beside the processes that work on the bus. Methods throw {@link Outage}
 * when the bus does not answer.
 */
public interface DeadLetters {
  /** What is older is deleted. */
  Duration KEPT = Duration.ofDays(30);

  /** The oldest of more than these are deleted, in each queue. */
  int MOST = 10_000;

  /** All of them, those that died first at first; within one second in any order. */
  List<DeadLetter> list();

  /**
   * Puts an event back on to its queue, once, as if it were new.
   *
   * @return whether there was one of that id
   */
  boolean retry(String id);

  /**
   * Deletes one.
   *
   * @return whether there was one of that id
   */
  boolean drop(String id);

  /** Deletes all, and says how many. */
  int dropAll();

  /** Deletes those that are older than {@link #KEPT} or more than {@link #MOST}. */
  void clearUp();

  /**
   * One event that is dead. What it names is told as it stands there, as it may be no event of
   * ours.
   *
   * @param type as it goes over the wire, such as {@code mp3-ready}
   * @param conversion the id of one
   * @param died when it was given up
   * @param tries how often it was delivered
   * @param reason why, in words
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

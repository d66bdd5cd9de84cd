package io.tapedeck.http;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A number of things that all clients together may hold. A client may hold one more as long as it
 * has fewer than are free. So one greedy client gets half of all, two get a third each, and
 * something is always free for a client that has nothing yet. No share has to be set.
 */
final class Budget {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final String what;
  private final int most;
  private final Map<String, Integer> held = new HashMap<>();
  private int all;

  /**
   * @param what is held, in the plural, for messages
   * @param most how many all clients together may hold
   */
  Budget(String what, int most) {
    this.what = what;
    this.most = most;
  }

  /** Whether this client may hold one more. */
  synchronized boolean allows(String client) {
    return held.getOrDefault(client, 0) < most - all;
  }

  /**
   * Takes one, which {@link #release} gives back.
   *
   * @throws Refusal {@link Code#RATE_LIMITED} when this client has its share, {@link
   *     Code#UNAVAILABLE} when nothing is free; both name the time to wait
   */
  synchronized void take(String client) {
    if (!allows(client)) {
      throw all >= most
          ? new Refusal(Code.UNAVAILABLE, "all " + most + " " + what + " are in use", PAUSE)
          : new Refusal(
              Code.RATE_LIMITED,
              "%d %s are open already, and others need theirs".formatted(held.get(client), what),
              PAUSE);
    }
    add(client);
  }

  /** Takes one also when the client has its share; for what cannot be refused. */
  synchronized void add(String client) {
    held.merge(client, 1, Integer::sum);
    all++;
  }

  synchronized void release(String client) {
    held.computeIfPresent(client, (name, count) -> count == 1 ? null : count - 1);
    all--;
  }

  synchronized int all() {
    return all;
  }
}

package io.tapedeck.extraction;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides where the source has no audio, by the times of its decoded blocks (ADR 0018). Blocks are
 * never shortened or left out: they are laid one after the other as players do, and only a hole
 * that lasts becomes silence. How late a block is against the sum of all before it is its lag;
 * where the lag jumps up, the next seconds of audio tell whether it is a hole or the times were
 * uneven and come back. Where it grows by more than any clock's inaccuracy, with a little missing
 * behind every block, that becomes silence too.
 */
final class Timeline {
  /** A hole in the source's audio, on the result's timeline. */
  record Gap(Duration from, Duration to) {}

  /** What {@link #next} answers while what follows must tell, or when no block waits. */
  static final long UNDECIDED = -1;

  /** The shortest hole that is kept: joints of segments are shorter, pauses of Opus longer. */
  static final Duration SHORTEST_GAP = Duration.ofMillis(300);

  /** So much audio behind a jump of the times tells what it was. */
  static final Duration LOOK_AHEAD = Duration.ofSeconds(10);

  /** Blocks are as short as 2.5 ms; shorter ones must not fill the memory. */
  private static final int MOST_WAITING = 4_096;

  /** Milliseconds: 30 years, which no sum here overflows with. */
  private static final long LARGEST_TIME = 1_000_000_000_000L;

  /** Times that run faster or slower than this many parts of one are no clock's inaccuracy. */
  private static final int WORST_CLOCK = 10;

  /** Where every so many-th part of the time has no audio, no clock is off: it is missing. */
  private static final int LEAST_MISSING = 3;

  private static final Duration NOTABLE_DRIFT = Duration.ofSeconds(1);

  /**
   * A block that came.
   *
   * @param lag frames that its time is ahead of the audio before it, silence not counted
   */
  private record Arrival(long lag, int count) {}

  private final int rate;
  private final long shortestGap;
  private final long largestGap;
  private final long lookAhead;
  private final Deque<Arrival> waiting = new ArrayDeque<>();
  private final List<Gap> gaps = new ArrayList<>();

  /** The least lag of the last one to two seconds of audio, and the same at coarser steps. */
  private final Least level;

  private final Least trend;
  private long first = Long.MIN_VALUE;
  private long came;
  private long waited;
  private long frames;
  private long lastLag;
  private long explained;
  private long largestBurst;
  private boolean ended;
  private boolean crumbling;
  private boolean steady = true;

  /**
   * @param largestGap jumps longer than this are taken for wrong times, not for holes; zero where
   *     no time is to be believed
   */
  Timeline(int rate, Duration largestGap) {
    this.rate = rate;
    this.shortestGap = frames(SHORTEST_GAP);
    this.largestGap = frames(largestGap);
    this.lookAhead = frames(LOOK_AHEAD);
    this.level = new Least(rate);
    this.trend = new Least(lookAhead);
  }

  /**
   * Takes the next block; it waits until {@link #next} has decided it.
   *
   * @param millis its time
   * @param count its frames
   */
  void add(long millis, int count) {
    if (first == Long.MIN_VALUE) {
      first = millis;
    }
    long time = Math.clamp(millis - first, -LARGEST_TIME, LARGEST_TIME) * rate / 1000;
    waiting.add(new Arrival(time - came, count));
    waited += count;
    came += count;
  }

  /** Ends it: all that waits is decided by what has come. */
  void end() {
    ended = true;
  }

  /**
   * Decides the block that has waited longest; it waits no more.
   *
   * @return frames of silence to write before it, or {@link #UNDECIDED}
   */
  long next() {
    Arrival arrival = waiting.peek();
    if (arrival == null) {
      return UNDECIDED;
    }
    long silence = arrival.lag() - level.least() < shortestGap ? 0 : hole(arrival);
    if (silence == UNDECIDED) {
      return UNDECIDED;
    }
    if (silence > 0 && isJump(arrival)) {
      gaps.add(new Gap(at(frames), at(frames + silence)));
    }
    waiting.remove();
    waited -= arrival.count();
    frames += silence + arrival.count();
    lastLag = arrival.lag();
    level.add(arrival.lag(), arrival.count());
    steady &= isSlow(trend.add(arrival.lag(), arrival.count()));
    return silence;
  }

  private boolean isJump(Arrival arrival) {
    return arrival.lag() - lastLag >= shortestGap;
  }

  /** Frames of silence before a block that comes late, as those behind it tell. */
  private long hole(Arrival late) {
    Arrival newest = waiting.getLast();
    if (newest.lag() - level.least() < shortestGap) {
      return caughtUp(late);
    }
    boolean enough = waited - late.count() >= lookAhead || waiting.size() >= MOST_WAITING;
    return ended || enough ? hole(late, enough) : UNDECIDED;
  }

  private long hole(Arrival late, boolean enough) {
    long earlier = Long.MAX_VALUE;
    long later = Long.MAX_VALUE;
    long passed = 0;
    for (Arrival arrival : waiting) {
      if (2 * passed < waited) {
        earlier = Math.min(earlier, arrival.lag());
      } else {
        later = Math.min(later, arrival.lag());
      }
      passed += arrival.count();
    }
    long gap = Math.min(earlier, later) - level.least();
    boolean falling = later < earlier - waited / 8;
    if (gap < shortestGap || falling || (!enough && gap <= 2 * largestBurst)) {
      return caughtUp(late);
    }
    if (!isJump(late)) {
      // Between the halves lies half of what waits; the lag grows by what is missing there.
      if (later == Long.MAX_VALUE || later - earlier < waited / (2 * (LEAST_MISSING - 1))) {
        return 0;
      }
      crumbling |= gap <= largestGap;
    }
    level.raise(gap);
    trend.raise(gap);
    explained += gap;
    return gap > largestGap ? 0 : gap;
  }

  private long caughtUp(Arrival late) {
    if (!isJump(late)) {
      return 0;
    }
    largestBurst = Math.max(largestBurst, late.lag() - level.least());
    return 0;
  }

  /**
   * To be asked when no block waits any more.
   *
   * @return frames of silence to write at the very end, where there was some between all blocks
   */
  long rest() {
    long rest = crumbling ? Math.max(0, lastLag - explained) : 0;
    frames += rest;
    explained += rest;
    return rest;
  }

  /** Whether the lag changes slowly enough for a clock that is a little off. */
  private boolean isSlow(long change) {
    return Math.abs(change) <= lookAhead / WORST_CLOCK;
  }

  /** Frames so far, silence included. */
  long frames() {
    return frames;
  }

  Duration length() {
    return at(frames);
  }

  /** Where the last block ends by the source's own times; never before {@link #length}. */
  Duration reached() {
    return at(frames + Math.max(0, lastLag - explained));
  }

  /**
   * How much longer the source is by its own clock than the audio that came, where that clock runs
   * off slowly and it has become notable.
   */
  Optional<Duration> drift() {
    long drift = level.least() - explained;
    Duration length = at(Math.abs(drift));
    boolean slow = steady && isSlow(trend.change()) && Math.abs(drift) <= frames / WORST_CLOCK;
    return slow && length.compareTo(NOTABLE_DRIFT) >= 0
        ? Optional.of(drift < 0 ? length.negated() : length)
        : Optional.empty();
  }

  List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  private long frames(Duration time) {
    return time.toMillis() * rate / 1000;
  }

  private Duration at(long frame) {
    return Duration.ofNanos(Math.round(frame * 1e9 / rate));
  }

  /** The least of the lags within the last one to two windows of audio. */
  private static final class Least {
    private final long window;
    private long before;
    private long now;
    private long passed;

    Least(long window) {
      this.window = window;
    }

    /** Takes one more; returns the change from window to window where one has passed, else 0. */
    long add(long lag, int count) {
      now = Math.min(now, lag);
      passed += count;
      if (passed < window) {
        return 0;
      }
      long change = change();
      before = now;
      now = lag;
      passed = 0;
      return change;
    }

    long change() {
      return now - before;
    }

    void raise(long by) {
      before += by;
      now += by;
    }

    long least() {
      return Math.min(before, now);
    }
  }
}

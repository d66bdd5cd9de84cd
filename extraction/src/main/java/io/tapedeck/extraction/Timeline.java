package io.tapedeck.extraction;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides where the source has no audio, by the times of its decoded blocks (ADR 0018). Blocks are
 * never shortened or left out: they follow each other without gaps, as in players, and only a
 * lasting gap becomes silence. The lag of a block is its time minus the length of all audio before
 * it. If the lag jumps up, the next seconds of audio decide: either there is a gap, or the times
 * were uneven and the lag falls back. If a little is missing behind every block, the lag grows by
 * more than any clock's inaccuracy, and the missing time becomes silence too.
 */
final class Timeline {
  /** A gap in the source's audio, on the timeline of the result. */
  record Gap(Duration from, Duration to) {}

  /** Short pieces of silence from the first to the last of them, and their sum. */
  record Pieces(Duration from, Duration to, Duration sum) {}

  /** The answer of {@link #next} while it needs later blocks to decide, or if no block waits. */
  static final long UNDECIDED = -1;

  /**
   * The shortest gap that is kept: gaps at joints of segments are shorter, pauses of Opus longer.
   */
  static final Duration SHORTEST_GAP = Duration.ofMillis(300);

  /** The length of audio behind a jump of the times that is enough for a decision. */
  static final Duration LOOK_AHEAD = Duration.ofSeconds(10);

  /** Blocks can be as short as 2.5 ms; shorter ones must not fill the memory. */
  private static final int MOST_WAITING = 4_096;

  /** Milliseconds: 30 years, with which no sum here overflows. */
  private static final long LARGEST_TIME = 1_000_000_000_000L;

  /** A difference of more than one part in this many is not an inaccuracy of a clock. */
  private static final int WORST_CLOCK = 10;

  /** If one part in this many has no audio, audio is missing: no clock is so inaccurate. */
  private static final int LEAST_MISSING = 3;

  private static final Duration NOTABLE_DRIFT = Duration.ofSeconds(1);

  /**
   * A block that came.
   *
   * @param lag frames by which its time is ahead of the audio before it, silence not counted
   */
  private record Arrival(long lag, int count) {}

  private final int rate;
  private final long shortestGap;
  private final long largestGap;
  private final long lookAhead;
  private final Deque<Arrival> waiting = new ArrayDeque<>();
  private final List<Gap> gaps = new ArrayList<>();

  /** The least lag of the last one to two seconds of audio; {@code trend} has longer windows. */
  private final Least level;

  private final Least trend;

  /** Of the negated lags: where the times were ahead of the audio the most. */
  private final Least earliness;

  private long first = Long.MIN_VALUE;
  private long came;
  private long waited;
  private long frames;
  private long most = Long.MAX_VALUE;
  private long lastLag;
  private long explained;
  private long furthest;
  private long firstPiece;
  private long lastPiece;
  private long pieces;
  private long largestBurst;
  private boolean ended;
  private boolean crumbling;
  private boolean steady = true;

  /**
   * @param largestGap longer jumps count as wrong times and not as gaps; zero if no time is to be
   *     believed
   */
  Timeline(int rate, Duration largestGap) {
    this.rate = rate;
    this.shortestGap = frames(SHORTEST_GAP);
    this.largestGap = frames(largestGap);
    this.lookAhead = frames(LOOK_AHEAD);
    this.level = new Least(rate);
    this.trend = new Least(lookAhead);
    this.earliness = new Least(lookAhead);
  }

  /**
   * Limits what counts to a part of the audio; to be called first.
   *
   * @param skipped frames before the part
   * @param longest frames that the part has at most
   */
  void choose(long skipped, long longest) {
    frames = -skipped;
    most = Math.max(0, longest);
  }

  /**
   * Takes the next block; the block waits until {@link #next} has decided on it.
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

  /** Ends the input: the blocks that came decide about those that wait. */
  void end() {
    ended = true;
  }

  /**
   * Decides on the block that has waited longest, and removes it.
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
    } else {
      piece(silence);
    }
    waiting.remove();
    waited -= arrival.count();
    frames += silence + arrival.count();
    lastLag = arrival.lag();
    furthest = Math.max(furthest, frames + Math.max(0, lastLag - explained));
    level.add(arrival.lag(), arrival.count());
    earliness.add(-arrival.lag(), arrival.count());
    steady &= isSlow(trend.add(arrival.lag(), arrival.count()));
    return silence;
  }

  private void piece(long silence) {
    if (silence > 0) {
      firstPiece = pieces == 0 ? frames : firstPiece;
      lastPiece = frames + silence;
      pieces += silence;
    }
  }

  private boolean isJump(Arrival arrival) {
    return arrival.lag() - lastLag >= shortestGap;
  }

  /** Frames of silence before a late block, by the blocks behind it. */
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
    boolean catchesUp = isJump(late) && late.lag() <= -earliness.least();
    boolean burst = gap <= 2 * largestBurst || catchesUp;
    if (gap < shortestGap || falling || (!enough && burst)) {
      return caughtUp(late);
    }
    if (!isJump(late)) {
      // The two halves are half of the waiting audio apart; the lag grows by the audio missing
      // there.
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
   * To be called when no block waits any more.
   *
   * @return frames of silence to write at the very end, if there was silence between all blocks
   */
  long rest() {
    long rest = crumbling ? Math.max(0, lastLag - explained) : 0;
    piece(rest);
    frames += rest;
    explained += rest;
    return rest;
  }

  /** Whether the lag changes slowly enough to come from an inaccurate clock. */
  private boolean isSlow(long change) {
    return Math.abs(change) <= lookAhead / WORST_CLOCK;
  }

  /** Frames so far, silence included; negative before the part that counts. */
  long frames() {
    return frames;
  }

  /** The length of the part so far. */
  Duration length() {
    return at(Math.clamp(frames, 0, most));
  }

  /** Where the audio ends by the latest of the source's own times, or {@link #length} if later. */
  Duration reached() {
    return at(Math.max(frames, furthest));
  }

  /**
   * How much longer the source is by its own clock than its audio, if that clock drifts slowly and
   * the difference is notable.
   */
  Optional<Duration> drift() {
    long drift = level.least() - explained;
    Duration length = at(Math.abs(drift));
    boolean slow = steady && isSlow(trend.change()) && Math.abs(drift) <= came / WORST_CLOCK;
    return slow && length.compareTo(NOTABLE_DRIFT) >= 0
        ? Optional.of(drift < 0 ? length.negated() : length)
        : Optional.empty();
  }

  /** The gaps within the part. */
  List<Gap> gaps() {
    return gaps.stream()
        .map(gap -> new Gap(within(gap.from()), within(gap.to())))
        .filter(gap -> gap.from().compareTo(gap.to()) < 0)
        .toList();
  }

  private Duration within(Duration time) {
    Duration last = at(most);
    return time.isNegative() ? Duration.ZERO : time.compareTo(last) > 0 ? last : time;
  }

  /** What was a little missing behind every block. */
  Optional<Pieces> pieces() {
    return pieces == 0
        ? Optional.empty()
        : Optional.of(new Pieces(at(firstPiece), at(lastPiece), at(pieces)));
  }

  private long frames(Duration time) {
    return time.toMillis() * rate / 1000;
  }

  private Duration at(long frame) {
    return Duration.ofNanos(Math.round(frame * 1e9 / rate));
  }

  /** The least lag within the last one to two windows of audio. */
  private static final class Least {
    private final long window;
    private long before;
    private long now;
    private long passed;

    Least(long window) {
      this.window = window;
    }

    /** Adds a lag; returns the change from window to window if a window has passed, else 0. */
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

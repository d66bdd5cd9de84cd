package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever is done to the times of unbroken audio, it stays unbroken; holes stay holes (ADR 0018).
 */
class TimelinePropertyTest {
  private static final int RATE = 48_000;

  /** A source whose times are wrong in some way; holes lie behind certain frames of its audio. */
  private record Source(int blockFrames, int jitterMillis, int burstMillis, double clock) {
    /** Plays it into a timeline; returns the silence put before each block. */
    List<Long> play(Timeline timeline, int blocks, long[] holes, boolean forward, Random random) {
      List<Long> silences = new ArrayList<>();
      int burst = Math.max(1, burstMillis * (RATE / 1000) / blockFrames);
      long latest = 0;
      double hole = 0;
      for (int i = 0; i < blocks; i++) {
        int sent = i / burst * burst;
        hole += i == sent ? holeBefore(i, burst, holes) : 0;
        double millis = clock * (sent * 1000.0 * blockFrames / RATE + hole);
        long time = Math.round(millis + random.nextDouble() * jitterMillis);
        latest = Math.max(latest, time);
        timeline.add(forward ? latest : time, blockFrames);
        drain(timeline, silences);
      }
      timeline.end();
      drain(timeline, silences);
      return silences;
    }

    /** Holes come every 15 seconds of audio, with the next burst. */
    private long holeBefore(int block, int burst, long[] holes) {
      int apart = 15 * RATE / blockFrames;
      int number = block / apart - 1;
      boolean crossed = block / apart != Math.max(0, block - burst) / apart;
      return crossed && number >= 0 && number < holes.length ? holes[number] : 0;
    }

    private static void drain(Timeline timeline, List<Long> silences) {
      for (long each = timeline.next(); each != Timeline.UNDECIDED; each = timeline.next()) {
        silences.add(each);
      }
    }
  }

  @Property(tries = 400)
  void unevenTimesLeaveUnbrokenAudioAsItWasDecoded(
      @ForAll @IntRange(min = 120, max = 4_800) int blockFrames,
      @ForAll @IntRange(max = 500) int jitter,
      @ForAll @IntRange(max = 4_500) int bursts,
      @ForAll @IntRange(min = -10, max = 10) int clock,
      @ForAll boolean forward,
      @ForAll long seed) {
    Timeline timeline = new Timeline(RATE, Duration.ofHours(1));
    int burst = jitter > 100 ? 0 : bursts;
    // Where times only go forward, jitter lasts: a late first block differs from a hole by its
    // size.
    int lasting = forward ? Math.min(jitter, 250) : jitter;
    Source source = new Source(blockFrames, lasting, burst, 1 + clock / 1000.0);
    int blocks = 60 * RATE / blockFrames;
    List<Long> silences = source.play(timeline, blocks, new long[0], forward, new Random(seed));
    assertThat(timeline.gaps()).isEmpty();
    assertThat(silences).hasSize(blocks).allMatch(silence -> silence == 0);
    assertThat(timeline.frames()).isEqualTo((long) blocks * blockFrames);
  }

  @Property(tries = 400)
  void holesAreKeptToWithinTheJitterAndTold(
      @ForAll @IntRange(min = 120, max = 4_800) int blockFrames,
      @ForAll @IntRange(max = 190) int jitter,
      @ForAll @IntRange(max = 2_000) int burst,
      @ForAll @IntRange(min = -10, max = 10) int clock,
      @ForAll long seed) {
    Random random = new Random(seed);
    long[] holes = new long[3];
    for (int i = 0; i < holes.length; i++) {
      holes[i] = 450 + 2L * jitter + random.nextInt(20_000);
    }
    Timeline timeline = new Timeline(RATE, Duration.ofHours(1));
    Source source = new Source(blockFrames, jitter, burst, 1 + clock / 1000.0);
    source.play(timeline, 70 * RATE / blockFrames, holes, false, random);
    assertThat(timeline.gaps()).hasSize(holes.length);
    for (int i = 0; i < holes.length; i++) {
      Timeline.Gap gap = timeline.gaps().get(i);
      double wished = holes[i] * source.clock();
      double error = gap.to().minus(gap.from()).toMillis() - wished;
      assertThat(Math.abs(error)).as("hole %s", i).isLessThanOrEqualTo(jitter + 10.0 * 12 + 2);
    }
  }
}

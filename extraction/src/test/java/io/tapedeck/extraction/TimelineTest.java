package io.tapedeck.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final int RATE = 48_000;

  private final Timeline timeline = new Timeline(RATE, Duration.ofMinutes(1));
  private long silence;

  @Test
  void blocksThatFollowEachOtherNeedNothingAndNeverWait() {
    for (int i = 0; i < 1000; i++) {
      timeline.add(500 + i * 1024L * 1000 / RATE, 1024);
      assertThat(timeline.next()).isZero();
    }
    assertThat(ended()).isZero();
    assertThat(timeline.frames()).isEqualTo(1_024_000);
    assertThat(timeline.drift()).isEmpty();
  }

  @Test
  void aHoleIsFilledToTheMillisecond() {
    add(0, 4800);
    add(1100, 4800);
    assertThat(ended()).isEqualTo(48_000);
    assertThat(timeline.gaps()).containsExactly(gap(100, 1100));
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(1200));
  }

  @Test
  void aHoleIsToldApartFromABurstByWhatFollows() {
    add(0, 4800);
    add(5100, 4800);
    assertThat(timeline.next()).isEqualTo(Timeline.UNDECIDED);
    steady(5200, 99);
    assertThat(silence).isZero();
    add(15_100, 4800);
    assertThat(silence).isEqualTo(5 * RATE);
    assertThat(ended()).isEqualTo(5 * RATE);
  }

  @Test
  void holesBehindEachOtherAreAllKept() {
    add(0, 4800);
    steady(2000, 30);
    steady(8000, 30);
    add(40_000, 4800);
    assertThat(ended()).isEqualTo(40_100L * 48 - 62 * 4800);
    assertThat(timeline.gaps())
        .containsExactly(gap(100, 2000), gap(5000, 8000), gap(11_000, 40_000));
  }

  @Test
  void aLittleThatIsMissingBehindEachBlockAddsUpToSilence() {
    for (int i = 0; i < 54; i++) {
      add(i * 32L, 256);
    }
    assertThat(ended() + timeline.rest()).isCloseTo(53L * 32 * 48 - 53 * 256, within(256L));
    assertThat(timeline.length().toMillis()).isBetween(1696L, 1702L);
    assertThat(timeline.gaps()).isEmpty();
    Timeline.Pieces pieces = timeline.pieces().orElseThrow();
    assertThat(pieces.sum().toMillis()).isBetween(1410L, 1418L);
    assertThat(pieces.to().toMillis()).isBetween(1690L, 1702L);
  }

  @Test
  void pausesBetweenSinglePacketsAreKept() { // Opus without transmission in silence
    for (int i = 0; i < 2000; i++) {
      add(i * 400L, 960);
    }
    assertThat(ended()).isEqualTo(1999L * 380 * 48);
    assertThat(timeline.gaps()).hasSize(1999);
  }

  @Test
  void jointsOfSegmentsAreNoHolesAndWhatTheyAddUpToIsTold() {
    for (int segment = 0; segment < 60; segment++) {
      steady(segment * 5055L, 50);
    }
    assertThat(ended()).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofMinutes(5));
    assertThat(timeline.drift()).contains(Duration.ofMillis(59 * 55));
    assertThat(timeline.reached()).isEqualTo(Duration.ofMillis(300_000 + 59 * 55));
  }

  @Test
  void aClockThatIsOffIsNoReasonForHolesAndTold() {
    for (int i = 0; i < 3000; i++) {
      add(i * 101L, 4800);
    }
    assertThat(ended()).isZero();
    assertThat(timeline.drift().orElseThrow().toMillis()).isBetween(2_900L, 3_000L);
  }

  @Test
  void aClockThatIsSlowIsToldToo() {
    for (int i = 0; i < 3000; i++) {
      add(i * 99L, 4800);
    }
    assertThat(ended()).isZero();
    assertThat(timeline.drift().orElseThrow().toMillis()).isBetween(-3_000L, -2_900L);
  }

  @Test
  void aHoleIsKeptThoughTheClockIsOff() {
    for (int i = 0; i < 3000; i++) {
      add(i * 101L + (i < 1500 ? 0 : 7000), 4800);
    }
    assertThat(ended()).isBetween(6_990L * 48, 7_030L * 48);
    assertThat(timeline.gaps()).hasSize(1);
  }

  @Test
  void timesOfAnotherRateAreNoHoles() {
    Timeline bare = new Timeline(RATE, Duration.ZERO);
    for (int i = 0; i < 3000; i++) {
      bare.add(i * 46L, 1024);
    }
    bare.end();
    assertThat(drain(bare) + bare.rest()).isZero();
    assertThat(bare.frames()).isEqualTo(3000 * 1024);
    assertThat(bare.drift()).isEmpty();
  }

  @Test
  void whatSharesAMomentIsAllThere() {
    for (int i = 0; i < 600; i++) {
      add(i / 100, 4800);
    }
    assertThat(ended()).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofMinutes(1));
    assertThat(timeline.drift()).isEmpty();
  }

  @Test
  void burstsCatchUp() {
    for (int period : List.of(3, 10, 50, 90, 400)) {
      Timeline bursts = new Timeline(RATE, Duration.ofHours(1));
      for (int i = 0; i < 1234; i++) {
        bursts.add(i / period * (100L * period), 4800);
      }
      bursts.end();
      drain(bursts);
      assertThat(bursts.gaps()).as("bursts of %s blocks", period).isEmpty();
      assertThat(bursts.frames()).isEqualTo(1234L * 4800);
      assertThat(bursts.drift()).isEmpty();
    }
  }

  @Test
  void theEndOfAFirstBurstIsNoHole() {
    for (int i = 0; i < 9; i++) {
      add(0, RATE / 2);
    }
    add(4_150, RATE / 4);
    assertThat(ended()).isZero();
    assertThat(timeline.gaps()).isEmpty();
  }

  @Test
  void aHoleAmongBurstsIsAsLongAsWhatNeverCame() {
    for (int i = 0; i < 1000; i++) {
      add(i / 10 * 1000L + (i < 500 ? 0 : 6000), 4800);
    }
    assertThat(ended()).isEqualTo(6 * RATE);
    assertThat(timeline.gaps()).containsExactly(gap(50_000, 56_000));
  }

  @Test
  void timesThatBeginAnewLeaveNothingOut() {
    for (int part = 0; part < 5; part++) {
      steady(0, 60);
    }
    assertThat(ended()).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofSeconds(30));
    assertThat(timeline.drift()).isEmpty();
  }

  @Test
  void aHoleIsFoundBehindTimesThatBeganAnew() {
    steady(0, 60);
    steady(0, 60);
    steady(16_000, 110);
    assertThat(ended()).isEqualTo(10 * RATE);
    assertThat(timeline.gaps()).containsExactly(gap(12_000, 22_000));
  }

  @Test
  void absurdTimesAreNotBelieved() {
    add(0, 4800);
    add(90_000_000, 4800);
    add(90_000_100, 4800);
    add(Long.MAX_VALUE, 4800);
    add(5, 4800);
    assertThat(ended()).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aJumpThatIsTooLongForAHoleIsTheNewClock() {
    steady(0, 200);
    steady(90_000_000, 200);
    steady(90_023_000, 200);
    assertThat(ended()).isEqualTo(3 * RATE);
    assertThat(timeline.gaps()).containsExactly(gap(40_000, 43_000));
  }

  @Test
  void theLatestTimeSaysWhereTheSourceEnds() {
    steady(0, 30);
    add(3_900, 4800);
    add(3_100, 4800);
    assertThat(ended()).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(3_200));
    assertThat(timeline.reached()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void shortBlocksDoNotFillTheMemory() {
    timeline.add(0, 1);
    for (int i = 0; i < 10_000; i++) {
      timeline.add(5000, 1);
    }
    for (int i = 0; i < 10_001 - 4096; i++) {
      assertThat(timeline.next()).isNotEqualTo(Timeline.UNDECIDED);
    }
  }

  /** Blocks of 100 ms one behind the other. */
  private void steady(long from, int blocks) {
    for (int i = 0; i < blocks; i++) {
      add(from + i * 100L, 4800);
    }
  }

  private void add(long millis, int count) {
    timeline.add(millis, count);
    silence += drain(timeline);
  }

  private long ended() {
    timeline.end();
    silence += drain(timeline);
    return silence;
  }

  private static long drain(Timeline timeline) {
    long sum = 0;
    for (long each = timeline.next(); each != Timeline.UNDECIDED; each = timeline.next()) {
      sum += each;
    }
    return sum;
  }

  private static Timeline.Gap gap(long from, long to) {
    return new Timeline.Gap(Duration.ofMillis(from), Duration.ofMillis(to));
  }
}

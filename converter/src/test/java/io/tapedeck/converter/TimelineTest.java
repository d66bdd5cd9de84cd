package io.tapedeck.converter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final Timeline timeline = new Timeline(48_000, Duration.ofMinutes(1));

  @Test
  void blocksThatFollowEachOtherNeedNothing() {
    long millis = 500;
    for (int i = 0; i < 1000; i++) {
      assertThat(timeline.place(millis, 1024)).isZero();
      millis = 500L + (i + 1L) * 1024 * 1000 / 48_000;
    }
    assertThat(timeline.end()).isZero();
    assertThat(timeline.gaps()).isEmpty();
    assertThat(timeline.frames()).isEqualTo(1_024_000);
  }

  @Test
  void aHoleIsFilledToTheMillisecond() {
    timeline.place(0, 4800);
    assertThat(timeline.place(1100, 4800)).isEqualTo(48_000);
    assertThat(timeline.gaps())
        .containsExactly(new Timeline.Gap(Duration.ofMillis(100), Duration.ofMillis(1100)));
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(1200));
  }

  @Test
  void untidyTimesAreNoHole() {
    timeline.place(0, 4800);
    assertThat(timeline.place(130, 4800)).isZero();
    assertThat(timeline.place(210, 4800)).isZero();
    assertThat(timeline.gaps()).isEmpty();
  }

  @Test
  void smallHolesAddUpUntilTheyAreFilled() {
    long millis = 0;
    for (int i = 0; i < 100; i++) {
      timeline.place(millis, 4800);
      millis += 120;
    }
    timeline.end();
    assertThat(timeline.length().toMillis()).isBetween(11_950L, 12_000L);
  }

  @Test
  void whatOverlapsIsLeftOut() {
    timeline.place(0, 48_000);
    assertThat(timeline.place(900, 4800)).isEqualTo(-4800);
    assertThat(timeline.place(950, 4800)).isEqualTo(-2400);
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(1050));
  }

  @Test
  void absurdTimesAreNotBelieved() {
    timeline.place(0, 4800);
    assertThat(timeline.place(90_000_000, 4800)).isZero();
    assertThat(timeline.place(90_000_100, 4800)).isZero();
    assertThat(timeline.place(5, 4800)).isZero();
    assertThat(timeline.length()).isEqualTo(Duration.ofMillis(400));
  }
}

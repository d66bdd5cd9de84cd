package io.tapedeck.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.EveryThrowable;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScheduleTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TurnableClock clock = new TurnableClock(Instant.EPOCH);
  private final Schedule schedule = new Schedule(clock);
  private final List<Long> ran = new ArrayList<>();

  @AfterEach
  void close() {
    schedule.close();
  }

  /** Turns the clock second by second. */
  private void turn(Duration time) {
    for (long left = time.toSeconds(); left > 0; left--) {
      clock.advance(Duration.ofSeconds(1));
      schedule.runDue();
    }
  }

  @Test
  void aTaskRunsAtItsTimeAndOnceForEachPeriod() {
    schedule.every("sweep", Duration.ofSeconds(5), MINUTE, () -> ran.add(clock.millis() / 1000));
    turn(Duration.ofSeconds(130));

    assertThat(ran).containsExactly(5L, 65L, 125L);
  }

  @Test
  void timeThatWasSleptThroughIsNotMadeUpFor() {
    schedule.every("sweep", Duration.ZERO, MINUTE, () -> ran.add(clock.millis() / 1000));
    clock.advance(Duration.ofHours(3));
    schedule.runDue();
    turn(Duration.ofSeconds(61));

    assertThat(ran).containsExactly(10_800L, 10_860L);
  }

  @Test
  void aRunThatFailsIsTriedAgainAfterPausesThatGrowToAMinute() {
    schedule.every(
        "sweep",
        Duration.ZERO,
        Duration.ofHours(1),
        () -> {
          ran.add(clock.millis() / 1000);
          throw new IllegalStateException("always");
        });
    schedule.runDue();
    turn(Duration.ofMinutes(4));

    assertThat(ran).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L);
  }

  @Test
  void aTaskThatFailsThreeTimesInARowIsDownUntilItWorksAgain() {
    List<Health> seen = new ArrayList<>();
    schedule.every(
        "sweep",
        Duration.ZERO,
        MINUTE,
        () -> {
          if (seen.size() < 3) {
            throw new IllegalStateException("the disk is odd");
          }
        });
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofHours(1));
      schedule.runDue();
      seen.add(schedule.check());
    }

    assertThat(seen)
        .containsExactly(
            Health.up(),
            Health.up(),
            Health.down("sweep failed 3 times in a row: the disk is odd"),
            Health.up());
  }

  @Test
  void aStoreThatIsAwayIsForItsOwnCheckToTell() {
    schedule.every(
        "sweep",
        Duration.ZERO,
        MINUTE,
        () -> {
          throw new Outage("the database is away", null);
        });
    turn(Duration.ofMinutes(10));

    assertThat(schedule.check()).isEqualTo(Health.up());
  }

  @Test
  void whateverARunThrowsTheTaskGoesOnByItself() throws Exception {
    Iterator<Throwable> kinds = EveryThrowable.kinds().iterator();
    CountDownLatch passed = new CountDownLatch(2);
    schedule.every(
        "sweep",
        Duration.ZERO,
        Duration.ofMillis(1),
        () -> {
          if (kinds.hasNext()) {
            throw EveryThrowable.sneak(kinds.next());
          }
          passed.countDown();
        });
    schedule.start();

    assertThat(passed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(schedule.check()).isEqualTo(Health.up());
  }

  @Test
  void aStepThatFailsEndsNoOtherAndIsToldUnderItsOwnName() {
    schedule.every(
        "round",
        Duration.ZERO,
        MINUTE,
        () -> {
          schedule.step(
              "first",
              () -> {
                throw new StackOverflowError("too deep");
              });
          schedule.step("second", () -> ran.add(clock.millis()));
        });
    turn(Duration.ofMinutes(3));

    assertThat(ran).hasSize(3);
    assertThat(schedule.check()).isEqualTo(Health.down("first failed 3 times in a row: too deep"));
  }

  @Test
  void closingWaitsForTheRunUnderWayAndNoStepBeginsThen() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    schedule.every(
        "sweep",
        Duration.ZERO,
        MINUTE,
        () -> {
          worker.complete(Thread.currentThread());
          begun.countDown();
          go.await();
          schedule.step("next", () -> ran.add(0L));
        });
    schedule.start();
    begun.await();
    Thread closing = Thread.ofPlatform().start(schedule::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      assertThat(closing.isAlive()).as("it waits").isTrue();
    }
    go.countDown();
    closing.join();

    assertThat(worker.get().isAlive()).isFalse();
    assertThat(ran).isEmpty();
    assertThat(schedule.check()).isEqualTo(Health.down("stopping"));
  }
}

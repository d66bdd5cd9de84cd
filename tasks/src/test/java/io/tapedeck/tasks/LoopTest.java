package io.tapedeck.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopTest {
  private static final Backoff LONG = Backoff.doubling(Duration.ofHours(1), Duration.ofHours(2));

  private final SynchronousQueue<Integer> turns = new SynchronousQueue<>();
  private int taken;

  private Duration turn() throws InterruptedException {
    turns.put(++taken);
    return Loop.UNTIL_WOKEN;
  }

  private Integer next() throws InterruptedException {
    return turns.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void wakingItEndsARest() throws Exception {
    try (Loop loop = new Loop("turns", LONG, this::turn)) {
      loop.start();
      assertThat(next()).isEqualTo(1);
      loop.wake();
      assertThat(next()).isEqualTo(2);
    }
  }

  @Test
  void aWakeDuringATurnIsNotLost() throws Exception {
    try (Loop loop = new Loop("turns", LONG, this::turn)) {
      loop.start();
      while (!isWaiting("turns")) {
        Thread.onSpinWait();
      }
      loop.wake();
      assertThat(next()).isEqualTo(1);
      assertThat(next()).isEqualTo(2);
    }
  }

  @Test
  void wakingItDoesNotShortenThePauseAfterAFailureAndHurryingDoes() throws Exception {
    Loop.Iteration failing =
        () -> {
          turn();
          throw new IllegalStateException("always");
        };
    try (Loop loop = new Loop("turns", LONG, failing)) {
      loop.start();
      assertThat(next()).isEqualTo(1);
      while (!isWaiting("turns")) {
        Thread.onSpinWait();
      }
      loop.wake();
      assertThat(turns.poll()).isNull();
      loop.hurry();
      assertThat(next()).isEqualTo(2);
    }
  }

  @Test
  void anInterruptThatTheWorkLeavesBehindShortensNoPause() throws Exception {
    Loop.Iteration failing =
        () -> {
          turn();
          Thread.currentThread().interrupt();
          throw new IllegalStateException("always");
        };
    try (Loop loop = new Loop("turns", LONG, failing)) {
      loop.start();
      assertThat(next()).isEqualTo(1);
      while (!isWaiting("turns")) {
        assertThat(turns.poll()).isNull();
      }
    }
  }

  private static boolean isWaiting(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .anyMatch(thread ->
            thread.getState() == Thread.State.TIMED_WAITING
                || thread.getState() == Thread.State.WAITING);
  }

  @Test
  void pausesGrowToABound() {
    Backoff backoff = new Backoff(Duration.ofMillis(200), 4, Duration.ofSeconds(3));
    assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(200));
    assertThat(backoff.after(2)).isEqualTo(Duration.ofMillis(800));
    assertThat(backoff.after(3)).isEqualTo(Duration.ofSeconds(3));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(3));
  }
}

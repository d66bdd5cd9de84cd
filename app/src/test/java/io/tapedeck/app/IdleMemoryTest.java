package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleMemoryTest {
  private static final long MB = 1L << 20;

  @Test
  void memoryIsFreedOnceAfterEachTimeOfWork() {
    IdleMemory memory = new IdleMemory();

    assertThat(memory.isToBeFreed(100 * MB)).as("has just started").isFalse();
    assertThat(memory.isToBeFreed(101 * MB)).as("at rest").isTrue();
    assertThat(memory.isToBeFreed(40 * MB)).as("what was freed is a change").isFalse();
    assertThat(memory.isToBeFreed(41 * MB)).isTrue();
    assertThat(memory.isToBeFreed(42 * MB)).as("still at rest").isFalse();
    assertThat(memory.isToBeFreed(90 * MB)).as("works").isFalse();
    assertThat(memory.isToBeFreed(30 * MB)).as("works, and was collected").isFalse();
    assertThat(memory.isToBeFreed(31 * MB)).as("at rest again").isTrue();
  }
}

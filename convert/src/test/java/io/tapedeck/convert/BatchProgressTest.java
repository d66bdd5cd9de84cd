package io.tapedeck.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.core.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchProgressTest {
  private static FileJob job(String name, long size) {
    Path path = Path.of(name);
    return new FileJob(name, path, path, path, size, new FileJob.Due());
  }

  @Test
  void filesCountByTheirBytes() {
    BatchProgress progress = new BatchProgress(1000);
    progress.ended(job("clip", 10));

    BatchProgress.View view =
        progress.view(Map.of(job("film", 990), new Progress(0.5, 40)), Duration.ofSeconds(10));

    assertThat(view.done()).isCloseTo(0.505, within(1e-9));
    assertThat(view.speed()).isEqualTo(40);
    assertThat(view.left().orElseThrow())
        .isBetween(Duration.ofMillis(9700), Duration.ofSeconds(10));
  }

  @Test
  void itNeverGoesBackAndSaysNothingOfTheTimeLeftAtTheBeginning() {
    BatchProgress progress = new BatchProgress(100);
    FileJob film = job("film", 100);

    double first = progress.view(Map.of(film, new Progress(0.6, 1)), Duration.ofSeconds(1)).done();
    BatchProgress.View second =
        progress.view(Map.of(film, new Progress(0.1, 1)), Duration.ofSeconds(2));

    assertThat(second.done()).isEqualTo(first);
    assertThat(second.left()).isEmpty();
    progress.ended(film);
    progress.ended(job("more than was known", 50));
    assertThat(progress.view(Map.of(), Duration.ofSeconds(9)))
        .isEqualTo(new BatchProgress.View(1, 0, java.util.Optional.of(Duration.ZERO)));
  }

  @Test
  void aBatchWithoutBytesHasNoProgressAndDividesByNothing() {
    assertThat(new BatchProgress(0).view(Map.of(), Duration.ofSeconds(9)).done()).isZero();
  }
}

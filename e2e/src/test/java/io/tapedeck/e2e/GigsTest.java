package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.ConversionId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of {@code dev/bench gigs} that looks at the bytes and at no clock. */
class GigsTest {
  private static final long LARGE = 160L << 20;
  private static final int MANY = 8;

  @TempDir Path folder;

  @Test
  void filesLargerThanAllMemoryGoThroughTheGatewayIntoGridFsAndBackUnchanged() throws Exception {
    long seed = new Random().nextLong();
    Path file = Gigs.file(folder.resolve("large"), LARGE, seed);
    try (Gigs gigs = Gigs.start(folder.resolve("cluster"))) {
      ConversionId id = gigs.upload(file);
      gigs.makeReady(id);
      assertThat(gigs.digest(id)).as("seed %d", seed).isEqualTo(Gigs.digest(file));

      Path small = Gigs.file(folder.resolve("small"), LARGE / MANY / 2, seed + 1);
      List<ConversionId> uploaded = together(() -> gigs.upload(small));
      for (ConversionId each : uploaded) {
        gigs.makeReady(each);
      }
      String digest = Gigs.digest(small);
      assertThat(together(() -> gigs.digest(uploaded.getFirst()))).containsOnly(digest);
      for (ConversionId each : uploaded) {
        assertThat(gigs.digest(each)).isEqualTo(digest);
      }
      assertThat(gigs.cluster().node("gateway-1").alive()).isTrue();
      assertThat(gigs.cluster().node("gateway-1").said())
          .noneMatch(line -> line.contains("OutOfMemoryError"));
    }
  }

  private static <T> List<T> together(java.util.concurrent.Callable<T> work) throws Exception {
    List<Future<T>> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < MANY; i++) {
        all.add(clients.submit(work));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : all) {
      results.add(each.get());
    }
    return results;
  }
}

package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tus-js-client, which nobody here wrote, against the true server over a bad line. */
class TusClientTest {
  private static final Path CLIENT = Path.of("tus").toAbsolutePath();
  private static final long SIZE = 300L << 20;
  private static final int CUTS = 10;
  private static final long BETWEEN_CUTS = SIZE / (CUTS + 2);
  private static final long GROWTH = 64L << 20;

  @TempDir Path folder;

  @BeforeAll
  static void install() throws Exception {
    Path done = CLIENT.resolve("node_modules/.package-lock.json");
    Path lock = CLIENT.resolve("package-lock.json");
    if (!Files.exists(done)
        || Files.getLastModifiedTime(done).compareTo(Files.getLastModifiedTime(lock)) < 0) {
      Process npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
              .directory(CLIENT.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(npm.waitFor()).as(said).isZero();
    }
  }

  @Test
  void aLargeUploadSurvivesTenCutsAndAKilledServer() throws Exception {
    Path source = Clips.muteAndLarge(folder.resolve("large.mp4"), SIZE, 42);
    Path data = folder.resolve("data");
    AtomicInteger cuts = new AtomicInteger();
    AtomicReference<Wire> line = new AtomicReference<>();
    CountDownLatch half = new CountDownLatch(1);
    ServerProcess first = ServerProcess.start(data, Map.of());
    try (Wire wire =
        new Wire(
            first.uri(),
            sent -> {
              if (sent >= BETWEEN_CUTS * (cuts.get() + 1) && cuts.get() < CUTS) {
                cuts.incrementAndGet();
                line.get().cut();
              }
              if (sent >= SIZE / 2) {
                half.countDown();
              }
            })) {
      line.set(wire);
      Api api = new Api(wire.uri()).signUp("tus@example.org");
      warmUp(api);
      long before = first.resident();
      Process client = client(api, source);
      half.await();
      final long grown = first.resident() - before;
      first.kill();
      try (ServerProcess second = ServerProcess.start(data, Map.of())) {
        warmUp(api.at(second.uri()));
        final long restarted = second.resident();
        wire.retarget(second.uri());
        List<String> said = said(client);
        assertThat(client.waitFor()).as("%s", said).isZero();
        final long grownAgain = second.resident() - restarted;
        String id = said.getLast().replaceFirst("stored ", "");
        assertThat(Api.state(api.ended(id))).isEqualTo("failed"); // it has no audio, as intended
        assertThat(Clips.sha256(data.resolve("videos").resolve(id)))
            .isEqualTo(Clips.sha256(source));
        assertThat(cuts).hasValue(CUTS);
        assertThat(offsets(said)).as("accepted bytes only ever grow").isSorted();
        System.out.printf(
            "resident memory grew by %d MB before the kill and %d MB after it%n",
            grown >> 20, grownAgain >> 20);
        assertThat(grown).isLessThan(GROWTH);
        assertThat(grownAgain).isLessThan(GROWTH);
      }
    } finally {
      first.close();
    }
  }

  /** A first small upload, so that what is measured after it is the large one alone. */
  private void warmUp(Api api) throws Exception {
    Path small = Clips.muteAndLarge(folder.resolve("small.mp4"), 24 << 20, 7);
    String id = new Submission(api, small, "small.mp4", true).untilAccepted();
    api.ended(id);
  }

  private static Process client(Api api, Path source) throws Exception {
    return new ProcessBuilder(
            "node",
            "upload.mjs",
            api.uri("v1/uploads").toString(),
            source.toString(),
            api.token(),
            Long.toString(8 << 20))
        .directory(CLIENT.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private static List<String> said(Process client) throws Exception {
    List<String> said = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(said::add);
    }
    return said;
  }

  private static List<Long> offsets(List<String> said) {
    return said.stream()
        .filter(line -> line.startsWith("offset "))
        .map(line -> Long.valueOf(line.substring(7)))
        .toList();
  }
}

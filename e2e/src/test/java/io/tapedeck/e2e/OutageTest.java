package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A cluster one of whose stores is away while people go on handing over videos. */
class OutageTest {
  private static final int UPLOADS = 24;
  private static final int AT_ONCE = 12;

  /** What a gateway may need for the requests that are answered just then. */
  private static final int THREADS = 24;

  private static final long BYTES = 16 << 20;

  @TempDir static Path folder;
  private static Cluster cluster;
  private static Path clip;

  enum Store {
    DATABASE(503, false) {
      @Override
      void kill() throws Exception {
        cluster.database().kill();
      }

      @Override
      void restart() {
        cluster.database().restart();
      }
    },
    /** Videos are taken as long as there is room: the ledger holds them until it is back. */
    BROKER(429, true) {
      @Override
      void kill() throws Exception {
        cluster.broker().kill();
      }

      @Override
      void restart() throws Exception {
        cluster.broker().restart();
      }
    },
    FILES(503, false) {
      @Override
      void kill() throws Exception {
        cluster.files().kill();
      }

      @Override
      void restart() throws Exception {
        cluster.files().restart();
      }
    };

    final int refusal;
    final boolean doesWithout;

    Store(int refusal, boolean doesWithout) {
      this.refusal = refusal;
      this.doesWithout = doesWithout;
    }

    abstract void kill() throws Exception;

    abstract void restart() throws Exception;
  }

  @BeforeAll
  static void start() throws Exception {
    clip = Media.video(folder.resolve("clip.mp4"), 1);
    cluster = Cluster.start(folder.resolve("cluster"), Map.of("TAPEDECK_ACCOUNTS_SIGN_UP", "open"));
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whileAStoreIsAwayNewVideosAreToldToComeAgainAndAcceptedOnesAreSafe(Store store)
      throws Exception {
    Api api = new Api(cluster.uri()).signUp("away-" + store + "@example.org");
    for (int i = 0; i < AT_ONCE; i++) {
      assertThat(Api.state(api.ended(accept(api, store + "-warm-" + i)))).isEqualTo("ready");
    }
    List<String> accepted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      accepted.add(accept(api, store + "-before-" + i));
    }
    store.kill();
    try {
      uploads(api, store + "-first", AT_ONCE); // what one answer needs is made at the first ones
      ServerProcess gateway = cluster.node("gateway-1");
      long threads = threads(gateway);
      long live = live(gateway);
      for (HttpResponse<String> answer : uploads(api, store.toString(), UPLOADS)) {
        if (answer.statusCode() != 202 || !store.doesWithout) {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(store.refusal);
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
          assertThat(answer.body()).contains("\"retryable\":true");
        }
      }
      assertThat(threads(gateway)).as("threads").isLessThan(threads + THREADS);
      assertThat(live(gateway)).as("bytes of live objects").isLessThan(live + BYTES);
    } finally {
      store.restart();
    }
    accepted.add(accept(api, store + "-after"));
    for (JsonNode conversion : api.conversions()) {
      assertThat(Api.state(api.ended(Api.id(conversion)))).isEqualTo("ready");
      accepted.remove(Api.id(conversion));
    }
    assertThat(accepted).as("accepted and lost").isEmpty();
  }

  /** Hands a video over, trying again as long as that is asked for. */
  private static String accept(Api api, String name) throws InterruptedException {
    return new Submission(api, clip, name + ".mp4", false).untilAccepted();
  }

  private static List<HttpResponse<String>> uploads(Api api, String name, int count)
      throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String file = name + "-refused-" + i + ".mp4";
        all.add(clients.submit(() -> api.send(api.uploading("v1/conversions", clip, file))));
      }
      List<HttpResponse<String>> answers = new ArrayList<>();
      for (Future<HttpResponse<String>> each : all) {
        answers.add(each.get());
      }
      return answers;
    }
  }

  private static long threads(ServerProcess server) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + server.handle().pid() + "/status")).stream()
        .filter(line -> line.startsWith("Threads:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Bytes of objects that are in use: those left after a collection. */
  private static long live(ServerProcess server) throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process asked =
        new ProcessBuilder(jcmd, "" + server.handle().pid(), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String last;
    try (InputStream out = asked.getInputStream()) {
      last = new String(out.readAllBytes(), StandardCharsets.UTF_8).lines().toList().getLast();
    }
    assertThat(last).startsWith("Total");
    return Long.parseLong(last.trim().split("\\s+")[2]);
  }
}

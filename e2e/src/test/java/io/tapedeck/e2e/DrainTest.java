package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose processes are told to stop, as by a new release or a smaller cluster. */
class DrainTest {
  private static final int CLIENTS = 3;
  private static final long PAUSE = 1_000_000_000;

  /** What a client does again by itself: an upload's place is asked for anew after these. */
  private static final Set<Integer> ASK_AGAIN = Set.of(409, 423, 429);

  @TempDir static Path folder;
  private static Cluster cluster;
  private static Path clip;

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

  @Test
  void aConverterThatIsToldToStopHandsOverWhatItConverts() throws Exception {
    Api api = new Api(cluster.uri()).signUp("drain@example.org");
    Path audio = Media.audio(folder.resolve("long.flac"), 3600, "-compression_level", "0");
    stop("converter-2");
    String id = Api.id(api.convert(audio));
    while (!Api.state(api.conversion(id)).equals("converting")) {
      LockSupport.parkNanos(10_000_000);
    }
    ServerProcess other = cluster.launch("converter-2");
    stop("converter-1");
    assertThat(Api.state(api.conversion(id))).as("it was handed over").isNotEqualTo("ready");
    other.awaitWork();
    assertThat(Api.state(api.ended(id))).isEqualTo("ready");
    assertThat(results(id)).as("of the second who took it").containsExactly(id + ".2");
    awaitMails(id);
    assertThat(Outbox.of(cluster.data()).about(id)).hasSize(1);
    assertThat(Folders.files(cluster.folder().resolve("converter-1/scratch"))).isEmpty();
    cluster.launch("converter-1").awaitWork();
  }

  @Test
  void allProcessesStartedAnewOneByOneUnderLoadFailNothingThatAClientDoesNotTryAgain()
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger turn = new AtomicInteger();
    Queue<String> accepted = new ConcurrentLinkedQueue<>();
    Queue<String> failed = new ConcurrentLinkedQueue<>();
    try (Wire entrance = new Wire(cluster.uri().getPort(), cluster.otherGateway().getPort());
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      Api api =
          new Api(entrance.uri())
              .signUp("rolling@example.org")
              .seenBy(answer -> judge(answer, failed));
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(client(api, over, turn, accepted)));
      }
      try {
        for (String node : Cluster.NODES.keySet()) {
          int before = accepted.size();
          stop(node);
          cluster.launch(node).awaitWork();
          while (accepted.size() < before + CLIENTS && all.stream().noneMatch(Future::isDone)) {
            LockSupport.parkNanos(20_000_000);
          }
        }
      } finally {
        over.set(true);
      }
      for (Future<Void> client : all) {
        client.get();
      }
      assertThat(failed).isEmpty();
      assertThat(accepted).hasSizeGreaterThanOrEqualTo(CLIENTS * Cluster.NODES.size());
      for (String id : accepted) {
        assertThat(Api.state(api.ended(id))).isEqualTo("ready");
        assertThat(results(id)).hasSize(1);
        awaitMails(id);
        assertThat(Outbox.of(cluster.data()).about(id)).hasSize(1);
      }
    }
  }

  /** Hands over one video after the other, half by form and half by tus, and looks at what came. */
  private static Callable<Void> client(
      Api api, AtomicBoolean over, AtomicInteger turn, Queue<String> accepted) {
    return () -> {
      while (!over.get()) {
        int i = turn.getAndIncrement();
        accepted.add(
            new Submission(api, clip, "rolling-" + i + ".mp4", i % 2 == 1).untilAccepted());
        try {
          api.get("v1/conversions?limit=20");
          api.get("v1/accounts/me");
        } catch (IOException e) {
          // The connection went with its gateway; the next is to the other.
        }
        LockSupport.parkNanos(PAUSE);
      }
      return null;
    };
  }

  /** A server that stops says so and when to come again; every other refusal is a failure. */
  private static void judge(HttpResponse<?> answer, Queue<String> failed) {
    int status = answer.statusCode();
    boolean good = status < 400 || ASK_AGAIN.contains(status);
    boolean later = status == 503 && answer.headers().firstValue("Retry-After").isPresent();
    if (!good && !later) {
      failed.add(
          answer.request().method() + " " + answer.uri() + " " + status + " " + answer.body());
    }
  }

  private static void stop(String node) throws Exception {
    ServerProcess process = cluster.node(node);
    assertThat(process.stop()).as("%s", process.said()).isIn(0, 143);
  }

  private static List<String> results(String id) {
    List<String> keys = new ArrayList<>();
    try (BlobStore blobs =
        GridFsBlobStore.at(cluster.files().uri() + "/tapedeck", Clock.systemUTC())) {
      blobs.each(BlobId.Bucket.MP3S, entry -> keys.add(entry.id().key()));
    }
    return keys.stream().filter(key -> key.startsWith(id + ".")).toList();
  }

  private static void awaitMails(String id) throws IOException {
    while (Outbox.of(cluster.data()).about(id).isEmpty()) {
      LockSupport.parkNanos(50_000_000);
    }
  }
}

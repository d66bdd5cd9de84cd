package io.tapedeck.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many who are slow and many who only listen must not be in the way of those who ask. */
class LoadTest {
  private static final int UPLOADS = 500;
  private static final int STREAMS = 2000;
  private static final int CALLS = 1000;
  private static final int ACCOUNTS = 4;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @TempDir Path folder;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger pieces = new AtomicInteger();

  /** The JVM raises its own limit to the hard one. */
  @BeforeAll
  static void enoughFilesMayBeOpen() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(each -> each.startsWith("Max open files"))
            .findFirst()
            .orElse("Max open files 0 0 files");
    String hard = line.strip().split("\\s+")[4];
    assumeTrue(
        hard.equals("unlimited") || Long.parseLong(hard) > 2 * (UPLOADS + STREAMS),
        "too few open files are allowed here: ulimit -n");
  }

  @Test
  void slowUploadsAndIdleStreamsDoNotHoldUpStatusCalls() throws Exception {
    try (ServerProcess server = ServerProcess.start(folder.resolve("data"), Map.of());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Api> accounts = new ArrayList<>();
      for (int i = 0; i < ACCOUNTS; i++) {
        accounts.add(new Api(server.uri()).signUp("load" + i + "@example.org"));
      }
      Api api = accounts.getFirst();
      String id = Api.id(api.convert(Media.video(folder.resolve("clip.mp4"), 2)));
      api.ended(id);
      CountDownLatch held = new CountDownLatch(UPLOADS + STREAMS);
      List<Future<Integer>> all = new ArrayList<>();
      try {
        for (int i = 0; i < STREAMS; i++) {
          String token = accounts.get(i % ACCOUNTS).token();
          all.add(clients.submit(() -> listen(server.uri(), token, held)));
        }
        for (int i = 0; i < UPLOADS; i++) {
          String token = accounts.get(i % ACCOUNTS).token();
          all.add(clients.submit(() -> uploadSlowly(server.uri(), token, held)));
        }
        while (held.getCount() > 0) {
          for (Future<Integer> each : all) {
            assertThat(each.isDone()).as("all of them are held").isFalse();
          }
          LockSupport.parkNanos(SECOND / 4);
        }
        int before = pieces.get();
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
          long start = System.nanoTime();
          assertThat(Api.state(api.conversion(id))).isEqualTo("ready");
          took.add(System.nanoTime() - start);
        }
        Collections.sort(took);
        System.out.printf(
            "with %d slow uploads and %d streams: %d status calls, median %.1f ms, p99 %.1f ms,"
                + " resident %d MB%n",
            UPLOADS,
            STREAMS,
            CALLS,
            took.get(CALLS / 2) / 1e6,
            took.get(CALLS * 99 / 100) / 1e6,
            server.resident() >> 20);
        assertThat(all).as("all of them are still held").noneMatch(Future::isDone);
        for (int i = 0; i < 600 && pieces.get() < before + UPLOADS; i++) {
          LockSupport.parkNanos(SECOND / 10); // they go on, all of them together
        }
        assertThat(pieces.get()).isGreaterThanOrEqualTo(before + UPLOADS);
      } finally {
        over.set(true);
      }
      for (Future<Integer> each : all) {
        assertThat(each.get()).isIn(200, 0);
      }
    }
  }

  /** One event stream, held open until the end; returns its status. */
  private int listen(URI server, String token, CountDownLatch held) throws IOException {
    try (Socket socket = open(server)) {
      send(socket, "GET /v1/events HTTP/1.1\r\n", token, "Accept: text/event-stream\r\n");
      InputStream in = socket.getInputStream();
      String status = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      assertThat(status).isEqualTo("HTTP/1.1 200");
      held.countDown();
      socket.setSoTimeout(500);
      while (!over.get()) {
        try {
          assertThat(in.read()).as("the stream goes on").isNotNegative();
        } catch (java.net.SocketTimeoutException e) {
          // Idle, as it should be.
        }
      }
      return 200;
    }
  }

  /** One upload at a kilobyte a second that never ends; returns 0 when it was held to the end. */
  private int uploadSlowly(URI server, String token, CountDownLatch held) throws IOException {
    try (Socket socket = open(server)) {
      send(
          socket,
          "POST /v1/conversions HTTP/1.1\r\n",
          token,
          "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000\r\n");
      OutputStream out = socket.getOutputStream();
      out.write(
          "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"slow.mp4\"\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      byte[] kilobyte = new byte[1024];
      for (int i = 0; !over.get(); i++) {
        out.write(kilobyte);
        out.flush();
        pieces.incrementAndGet();
        if (i == 1) {
          held.countDown();
        }
        LockSupport.parkNanos(SECOND);
        if (socket.getInputStream().available() > 0) {
          throw new IOException(
              "answered early: "
                  + new String(socket.getInputStream().readNBytes(300), StandardCharsets.UTF_8));
        }
      }
      return 0;
    }
  }

  private static Socket open(URI server) throws IOException {
    return new Socket(server.getHost(), server.getPort());
  }

  private static void send(Socket socket, String line, String token, String headers)
      throws IOException {
    String request =
        line + "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n" + headers + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }
}

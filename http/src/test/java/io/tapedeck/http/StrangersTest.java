package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those may hold who have not said who they are, and that others are answered meanwhile. */
@Timeout(120)
class StrangersTest {
  record Note(String text) {}

  private static final int CONNECTIONS = 12;
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(100);

  /** Another address of this machine, from which the others are not to be disturbed. */
  private static final String ELSEWHERE = "127.0.0.2";

  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicLong accepted = new AtomicLong();
  private final Queue<String> counted = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<String> uploading = new LinkedBlockingQueue<>();

  private WebServer server(WebServer.Limits limits) {
    Router router =
        new Router()
            .on("GET", "/here", exchange -> Reply.text(200, "here"))
            .on("POST", "/notes", exchange -> Reply.json(exchange.json(Note.class)))
            .on("GET", "/wait", this::await)
            .on(
                "GET",
                "/ada",
                exchange -> {
                  exchange.countFor("ada");
                  exchange.countFor("ada");
                  return await(exchange);
                })
            .on("GET", "/events", exchange -> EventStream.reply(exchange, stream -> await()))
            .on("GET", "/endless", exchange -> Reply.stream(200, "text/plain", -1, this::endless))
            .on("POST", "/uploads", this::upload);
    return WebServer.start(
        WebServer.Settings.local(0).with(limits),
        router,
        (method, template, status, took) -> counted.add(method + " " + template + " " + status));
  }

  private Reply await(Exchange exchange) {
    uploading.add("waits");
    await();
    return Reply.text(200, "waited");
  }

  private void await() {
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endless(WritableByteChannel to) throws IOException {
    try {
      while (to.isOpen()) {
        accepted.addAndGet(to.write(ByteBuffer.allocate(1000)));
      }
    } catch (IOException e) {
      ended.add(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private Reply upload(Exchange exchange) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    int count = 0;
    for (int n = exchange.body().read(buffer); n >= 0; n = exchange.body().read(buffer.clear())) {
      count += n;
      uploading.add("so far " + count);
    }
    return Reply.text(200, "" + count);
  }

  @Test
  void aBodyThatIsTooLongForJsonIsRefusedBeforeItIsRead() throws Exception {
    try (WebServer server = server(WebServer.Limits.of(CONNECTIONS));
        Socket stalled = connect(server)) {
      send(
          stalled,
          "POST /notes HTTP/1.1\r\nHost: a\r\n"
              + JSON
              + "Content-Length: 262144\r\n\r\n{\"text\":\"");
      assertThat(answer(stalled)).startsWith("HTTP/1.1 413").contains("may have 8192 bytes");
    }
  }

  @Test
  void aSmallBodyThatStallsOrTricklesIsGivenUpAndAnUploadIsNot() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, SHORT, LONG));
        Socket upload = connect(server);
        Socket stalled = connect(server)) {
      send(upload, "POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
      assertThat(uploading.take()).isEqualTo("so far 1");
      send(stalled, "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 8000\r\n" + JSON + "\r\n{");
      Thread trickle = trickle(stalled, "x");
      assertThat(answer(stalled)).startsWith("HTTP/1.1 400").contains("incomplete-upload");
      trickle.interrupt();
      send(upload, "x");
      assertThat(uploading.take()).isEqualTo("so far 2");
    }
  }

  @Test
  void aHeadThatStallsOrTricklesIsClosed() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, SHORT, LONG, LONG));
        Socket silent = connect(server);
        Socket slow = connect(server)) {
      send(slow, "GET /here HTTP/1.1\r\nHost: a\r\nX-Long: ");
      Thread trickle = trickle(slow, "x");
      assertThat(answer(silent)).isEmpty();
      assertThat(answer(slow)).isEmpty();
      trickle.interrupt();
    }
  }

  @Test
  void thoseWhoOnlyHoldConnectionsDoNotKeepOthersOut() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (WebServer server = server(WebServer.Limits.of(CONNECTIONS))) {
      for (int i = 0; i < 2 * CONNECTIONS; i++) {
        idle.add(connect(server));
      }
      assertThat(get(server)).startsWith("HTTP/1.1 200").endsWith("here");
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void anAddressThatOpensTooManyLosesItsOwnAndNobodyElses() throws Exception {
    List<Socket> greedy = new ArrayList<>();
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, LONG));
        Socket honest = connect(server)) {
      for (int i = 0; i < 5 * CONNECTIONS; i++) {
        greedy.add(connect(server, ELSEWHERE));
      }
      for (Socket socket : greedy.subList(0, 4 * CONNECTIONS)) {
        assertThat(answer(socket)).isEmpty();
      }
      send(honest, "GET /here HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(answer(honest)).contains("HTTP/1.1 200");
      assertThat(get(server)).contains("HTTP/1.1 200");
    } finally {
      for (Socket socket : greedy) {
        socket.close();
      }
    }
  }

  @Test
  void anAddressWithItsShareOfRequestsIsToldToWaitAndOthersAreAnswered() throws Exception {
    List<Socket> greedy = new ArrayList<>();
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, LONG))) {
      for (int i = 0; i < CONNECTIONS / 2; i++) {
        greedy.add(connect(server, ELSEWHERE));
        send(greedy.getLast(), "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(uploading.take()).isEqualTo("waits");
      }
      try (Socket more = connect(server, ELSEWHERE)) {
        send(more, "GET /here HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer(more))
            .startsWith("HTTP/1.1 429")
            .contains("Retry-After: 2", "rate-limited", "6 requests from this address are open");
      }
      assertThat(get(server)).contains("HTTP/1.1 200");
      goOn.countDown();
      send(greedy.getFirst(), "GET /here HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(answer(greedy.getFirst())).contains("waited").endsWith("here");
    } finally {
      for (Socket socket : greedy) {
        socket.close();
      }
    }
  }

  @Test
  void anAccountHasAShareOfTheRequestsFromWhateverAddresses() throws Exception {
    List<Socket> adas = new ArrayList<>();
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, LONG))) {
      for (int i = 0; i < CONNECTIONS / 2; i++) {
        adas.add(connect(server, "127.0.1." + (i + 1)));
        send(adas.getLast(), "GET /ada HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(uploading.take()).isEqualTo("waits");
      }
      assertThat(request(server, "GET", "/ada"))
          .startsWith("HTTP/1.1 429")
          .contains("6 requests of this account are open");
      assertThat(get(server)).contains("HTTP/1.1 200");
      goOn.countDown();
    } finally {
      for (Socket socket : adas) {
        socket.close();
      }
    }
  }

  @Test
  void anAddressHasAShareOfTheEventStreams() throws Exception {
    List<Socket> streams = new ArrayList<>();
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, LONG))) {
      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      for (int i = 0; i < CONNECTIONS / 4 + 1; i++) {
        streams.add(connect(server, ELSEWHERE));
        send(streams.getLast(), "GET /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        read(streams.getLast(), lines);
      }
      assertThat(lines.take()).startsWith("HTTP/1.1 429");
      assertThat(get(server)).contains("HTTP/1.1 200");
      goOn.countDown();
    } finally {
      for (Socket socket : streams) {
        socket.close();
      }
    }
  }

  @Test
  void anAddressHasAShareOfTheSmallBodiesThatComeSlowly() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, LONG))) {
      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      for (int i = 0; i < 5; i++) {
        slow.add(connect(server, ELSEWHERE));
        send(
            slow.getLast(),
            "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n" + JSON + "\r\n{");
        read(slow.getLast(), lines);
      }
      assertThat(lines.take()).startsWith("HTTP/1.1 429");
      assertThat(lines).isEmpty();
      try (Socket honest = connect(server)) {
        send(honest, "POST /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        send(honest, JSON + "Content-Length: 12\r\n\r\n{\"text\":");
        send(honest, "\"a\"}");
        assertThat(answer(honest)).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void anUploadThatOnlyTricklesIsGivenUpAtOnce() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, SHORT));
        Socket upload = connect(server)) {
      send(upload, "POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\nx");
      Thread trickle = trickle(upload, "x");
      assertThat(answer(upload))
          .startsWith("HTTP/1.1 400")
          .contains("incomplete-upload", "less than 1024 a second");
      trickle.interrupt();
    }
  }

  @Test
  void aDownloadThatNobodyReadsIsGivenUp() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, SHORT));
        Socket download = connect(server)) {
      send(download, "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(ended.take()).contains("less than 1024 a second");
    }
  }

  @Test
  void anAnswerThatNobodyReadsHoldsLittleOfTheSystemsMemory() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, LONG, LONG, SHORT));
        Socket download = connect(server)) {
      send(download, "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(ended.take()).contains("less than 1024 a second");
      assertThat(accepted.get()).isBetween(10_000L, 1_200_000L);
    }
  }

  @Test
  void aConnectionIsKeptForTheNextRequestWhileThereIsSpace() throws Exception {
    try (WebServer server = server(new WebServer.Limits(CONNECTIONS, SHORT, LONG, LONG));
        Socket kept = connect(server);
        Socket silent = connect(server)) {
      send(kept, "GET /here HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(kept.getInputStream().read()).isEqualTo('H');
      assertThat(answer(silent)).as("closed after the time that a new one has").isEmpty();
      send(kept, "GET /here HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(answer(kept)).contains("HTTP/1.1 200");
    }
  }

  @Test
  void inventedMethodsAreCountedAsOne() throws Exception {
    try (WebServer server = server(WebServer.Limits.of(CONNECTIONS))) {
      for (String method : List.of("BREW", "X".repeat(15_000), "GET", "HEAD", "DELETE", "get")) {
        request(server, method, "/here");
        request(server, method, "/no/" + method.charAt(0));
      }
    }
    assertThat(counted)
        .containsOnly(
            "other /here 405",
            "other unknown 404",
            "GET /here 200",
            "GET unknown 404",
            "HEAD /here 200",
            "HEAD unknown 404");
  }

  @Test
  void aServerThatHasNamesAnswersUnderNoOther() throws Exception {
    WebServer.Settings settings =
        WebServer.Settings.local(0)
            .named(Set.of("localhost", "*.localhost", "127.0.0.1", "::1", "Sound.example"));
    Router router = new Router().on("GET", "/here", exchange -> Reply.text(200, "here"));
    try (WebServer server = WebServer.start(settings, router)) {
      for (String host :
          List.of(
              "localhost",
              "LOCALHOST:80",
              "a.localhost",
              "127.0.0.1:1",
              "[::1]",
              "sound.example")) {
        assertThat(as(host, server)).as(host).startsWith("HTTP/1.1 200");
      }
      for (String host :
          List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil.example")) {
        assertThat(as(host, server))
            .as(host)
            .startsWith("HTTP/1.1 421")
            .contains("misdirected-request", "server.public-url");
      }
    }
  }

  private static String as(String host, WebServer server) throws IOException {
    try (Socket socket = connect(server)) {
      send(socket, "GET /here HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
      return answer(socket);
    }
  }

  @Test
  void jsonIsReadOnlyWhenItIsCalledSo() throws Exception {
    try (WebServer server = server(WebServer.Limits.of(CONNECTIONS))) {
      for (String type : List.of("", "Content-Type: text/plain\r\n", "Content-Type: x\r\n")) {
        try (Socket socket = connect(server)) {
          send(socket, "POST /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + type);
          send(socket, "Content-Length: 2\r\n\r\n{}");
          assertThat(answer(socket)).startsWith("HTTP/1.1 415").contains("application/json");
        }
      }
    }
  }

  private static Thread trickle(Socket socket, String bytes) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (!Thread.interrupted()) {
              send(socket, bytes);
              Thread.sleep(20);
            }
          } catch (IOException | InterruptedException e) {
            // The server has closed it, which is what is waited for.
          }
        });
  }

  private static String get(WebServer server) throws IOException {
    return request(server, "GET", "/here");
  }

  private static String request(WebServer server, String method, String path) throws IOException {
    try (Socket socket = connect(server)) {
      send(socket, method + " " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      return answer(socket);
    }
  }

  private static Socket connect(WebServer server) throws IOException {
    return connect(server, "127.0.0.1");
  }

  private static Socket connect(WebServer server, String from) throws IOException {
    return new Socket(
        InetAddress.getLoopbackAddress(), server.uri().getPort(), InetAddress.ofLiteral(from), 0);
  }

  /** Reads the first line of the answer, when it comes. */
  private static void read(Socket socket, BlockingQueue<String> lines) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            String line =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (line != null && !line.contains(" 200 ")) {
              lines.add(line);
            }
          } catch (IOException e) {
            // The test has ended.
          }
        });
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** All that comes until the server closes, politely or not. */
  private static String answer(Socket socket) {
    StringBuilder answer = new StringBuilder();
    try {
      for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
        answer.append((char) c);
      }
    } catch (IOException e) {
      // Reset: what the client still sent was not read.
    }
    return answer.toString();
  }
}

package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those may hold who have not said who they are, and that others are answered meanwhile. */
@Timeout(120)
class StrangersTest {
  record Note(String text) {}

  private static final int CONNECTIONS = 12;
  private static final Duration SHORT = Duration.ofMillis(300);
  private final Queue<String> counted = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<String> uploading = new LinkedBlockingQueue<>();

  private WebServer server(WebServer.Limits limits) {
    Router router =
        new Router()
            .on("GET", "/here", exchange -> Reply.text(200, "here"))
            .on("POST", "/notes", exchange -> Reply.json(exchange.json(Note.class)))
            .on("POST", "/uploads", this::upload);
    return WebServer.start(
        WebServer.Settings.local(0).with(limits),
        router,
        (method, template, status, took) -> counted.add(method + " " + template + " " + status));
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
          stalled, "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 262144\r\n\r\n{\"text\":\"");
      assertThat(answer(stalled)).startsWith("HTTP/1.1 413").contains("may have 8192 bytes");
    }
  }

  @Test
  void aSmallBodyThatStallsOrTricklesIsGivenUpAndAnUploadIsNot() throws Exception {
    try (WebServer server =
            server(new WebServer.Limits(CONNECTIONS, Duration.ofSeconds(30), SHORT));
        Socket upload = connect(server);
        Socket stalled = connect(server)) {
      send(upload, "POST /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
      assertThat(uploading.take()).isEqualTo("so far 1");
      send(stalled, "POST /notes HTTP/1.1\r\nHost: a\r\nContent-Length: 8000\r\n\r\n{");
      Thread trickle = trickle(stalled, "x");
      assertThat(answer(stalled)).startsWith("HTTP/1.1 400").contains("incomplete-upload");
      trickle.interrupt();
      send(upload, "x");
      assertThat(uploading.take()).isEqualTo("so far 2");
    }
  }

  @Test
  void aHeadThatStallsOrTricklesIsClosed() throws Exception {
    try (WebServer server =
            server(new WebServer.Limits(CONNECTIONS, SHORT, Duration.ofSeconds(30)));
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
  void aConnectionIsKeptForTheNextRequestWhileThereIsSpace() throws Exception {
    try (WebServer server =
            server(new WebServer.Limits(CONNECTIONS, SHORT, Duration.ofSeconds(30)));
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
    return new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
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

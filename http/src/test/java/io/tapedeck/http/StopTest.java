package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that stops: what is under way ends by itself, or is told when to come again. */
@Timeout(60)
class StopTest {
  private final CountDownLatch arrived = new CountDownLatch(1);

  @Test
  void anUploadThatPausesWhileTheServerStopsIsStillTaken() throws Exception {
    WebServer server = server(Duration.ofSeconds(20));
    try (Socket upload = begin(server);
        Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
      Thread stop = Thread.startVirtualThread(server::close);

      assertThat(idle.getInputStream().read()).as("closed, as it asks for nothing").isEqualTo(-1);
      send(upload, "67890");

      assertThat(answer(upload)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n10");
      stop.join();
    }
  }

  @Test
  void whatTheServerItselfEndsIsToldWhenToComeAgain() throws Exception {
    WebServer server = server(Duration.ofSeconds(1));
    try (Socket upload = begin(server)) {
      Thread stop = Thread.startVirtualThread(server::close);

      assertThat(answer(upload))
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("\r\nRetry-After: 2\r\n")
          .containsIgnoringCase("\r\nConnection: close\r\n")
          .contains("\"code\":\"stopping\"");
      stop.join();
    }
  }

  /** An upload of ten bytes of which five have been read by the route. */
  private Socket begin(WebServer server) throws Exception {
    Socket upload = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
    send(upload, "POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345");
    arrived.await();
    return upload;
  }

  private WebServer server(Duration stop) {
    WebServer.Settings usual = WebServer.Settings.local(0);
    WebServer.Settings settings =
        new WebServer.Settings(
            usual.host(), 0, "", 0, usual.idle(), stop, usual.limits(), Set.of());
    return WebServer.start(settings, new Router().on("POST", "/count", this::count));
  }

  private Reply count(Exchange exchange) throws IOException {
    int all = 0;
    ByteBuffer bytes = ByteBuffer.allocate(100);
    for (int read = 0; read >= 0; read = exchange.body().read(bytes.clear())) {
      all += read;
      if (all == 5) {
        arrived.countDown();
      }
    }
    return Reply.text(200, String.valueOf(all));
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

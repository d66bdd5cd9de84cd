package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A service that answers badly must not hold those who ask it. */
class ServiceClientTest {
  /** Says the headers and then no more, and keeps the connection. */
  private static void stall(ServerSocket listening, String headers) {
    try {
      Socket client = listening.accept();
      client.getInputStream().read(new byte[8192]);
      client.getOutputStream().write(headers.getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void ask(String headers) throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> stall(listening, headers));
      URI address = URI.create("http://127.0.0.1:" + listening.getLocalPort());
      try (ServiceClient service =
          new ServiceClient("auth", address, () -> new Secret("token"), Duration.ofMillis(500))) {
        assertThatThrownBy(() -> service.getText("/.well-known/jwks.json"))
            .isInstanceOf(Outage.class)
            .hasMessageContaining("the service auth does not answer");
      }
    }
  }

  @Test
  void anAnswerThatStopsBehindItsHeadersIsAnOutage() throws IOException {
    ask("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  }

  @Test
  void anAnswerWithoutEndIsAnOutage() throws IOException {
    ask("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n{" + " ".repeat(100_000));
  }
}

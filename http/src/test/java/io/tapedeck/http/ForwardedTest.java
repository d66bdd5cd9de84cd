package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a server takes the client for, whatever the client says of itself. */
class ForwardedTest {
  /** Every header in which a client could claim to be another, elsewhere, or safe. */
  private static final List<String> FORGED =
      List.of(
          "Forwarded: for=203.0.113.66;proto=https;host=evil.example",
          "X-Forwarded-For: 203.0.113.66",
          "X-Forwarded-For: \"203.0.113.66",
          "X-Forwarded-Host: evil.example",
          "X-Forwarded-Server: evil.example",
          "X-Forwarded-Port: 666",
          "X-Forwarded-Proto: https",
          "X-Proxied-Https: on",
          "Proxy-auth-cert: TLS_AES_256_GCM_SHA384",
          "Proxy-ssl-id: 00");

  /** What the proxy adds below the client's own lines. */
  private static final List<String> PROXY =
      List.of(
          "X-Forwarded-For: 192.0.2.7",
          "X-Forwarded-Proto: http",
          "X-Forwarded-Host: sound.example");

  private static WebServer server(int proxies) {
    WebServer.Settings local = WebServer.Settings.local(0);
    return WebServer.start(
        new WebServer.Settings(
            local.host(),
            0,
            "",
            proxies,
            local.idle(),
            local.stop(),
            local.limits(),
            local.hosts()),
        new Router()
            .on(
                "GET",
                "/who",
                exchange ->
                    Reply.text(
                        200,
                        exchange.remote() + " " + exchange.origin() + " " + exchange.secure())));
  }

  private static String ask(URI at, List<String> headers) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.getPort())) {
      String request =
          "GET /who HTTP/1.1\r\nHost: shown.example\r\nConnection: close\r\n"
              + String.join("\r\n", headers)
              + (headers.isEmpty() ? "" : "\r\n")
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
  }

  @Test
  void withoutAProxyNothingIsBelieved() throws Exception {
    try (WebServer server = server(0)) {
      for (String forged : FORGED) {
        assertThat(ask(server.uri(), List.of(forged)))
            .as(forged)
            .isEqualTo("127.0.0.1 http://shown.example false");
      }
    }
  }

  @Test
  void behindAProxyItsWordCountsAndTheClientsDoesNot() throws Exception {
    try (WebServer server = server(1)) {
      assertThat(ask(server.uri(), PROXY)).isEqualTo("192.0.2.7 http://sound.example false");
      for (String forged : FORGED) {
        assertThat(ask(server.uri(), joined(List.of(forged), PROXY)))
            .as(forged)
            .isEqualTo("192.0.2.7 http://sound.example false");
      }
    }
  }

  @Test
  void aProxyThatAddsToTheClientsLineIsBelievedAtItsRightEnd() throws Exception {
    try (WebServer server = server(1)) {
      assertThat(
              ask(
                  server.uri(),
                  List.of(
                      "X-Forwarded-For: 203.0.113.66, \"203.0.113.67,2001:db8::7",
                      "X-Forwarded-Proto: http, https",
                      "X-Forwarded-Host: evil.example, sound.example:8443")))
          .isEqualTo("[2001:db8::7] https://sound.example:8443 true");
    }
  }

  @Test
  void ofTwoProxiesTheOuterOnesWordIsTheSecondFromTheRight() throws Exception {
    try (WebServer server = server(2)) {
      assertThat(ask(server.uri(), List.of("X-Forwarded-For: 203.0.113.66, 192.0.2.7, 10.0.0.1")))
          .startsWith("192.0.2.7 ");
      assertThat(ask(server.uri(), List.of("X-Forwarded-For: 192.0.2.7"))).startsWith("192.0.2.7 ");
    }
  }

  @Test
  void routesSeeAllHeadersBehindAProxyToo() throws Exception {
    WebServer.Settings settings = WebServer.Settings.local(0).trusting();
    Router router =
        new Router()
            .on("GET", "/who", exchange -> Reply.text(200, exchange.header("X-Own").orElse("-")));
    try (WebServer server = WebServer.start(settings, router)) {
      assertThat(ask(server.uri(), joined(PROXY, List.of("X-Own: mine")))).isEqualTo("mine");
    }
  }

  @Test
  void limitsStayWhenAProxyIsBelieved() {
    WebServer.Limits limits =
        new WebServer.Limits(
            7, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(WebServer.Settings.local(0).with(limits).trusting().limits()).isEqualTo(limits);
  }
}

package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tapedeck.fuzzing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as a request, to routes that read all that a request has: path, query, headers, cookie,
 * range, JSON and form. None of them is answered as a fault of ours.
 */
class RequestFuzzTest {
  private static final Server SERVER = new Server();
  private static final LocalConnector CONNECTOR = connector();

  record Shape(String text, int number, List<String> list, Optional<Shape> inner) {}

  private static LocalConnector connector() {
    HttpConfiguration http = new HttpConfiguration();
    http.addCustomizer(new ForwardedHeaders(1));
    LocalConnector connector = new LocalConnector(SERVER, new HttpConnectionFactory(http));
    SERVER.addConnector(connector);
    return connector;
  }

  @BeforeAll
  static void start() throws Exception {
    Router router =
        new Router()
            .on("GET", "/bytes/{id}", RequestFuzzTest::bytes)
            .on("POST", "/json", exchange -> Reply.json(exchange.json(Shape.class)))
            .on("POST", "/form", RequestFuzzTest::form)
            .on("GET", "/*", RequestFuzzTest::all);
    SERVER.setHandler(
        new RouterHandler(
            router, WebServer.Settings.local(0), (method, template, status, took) -> {}));
    SERVER.setErrorHandler(new ProblemErrorHandler());
    SERVER.start();
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  private static Reply bytes(Exchange exchange) {
    byte[] content = exchange.path("id").getBytes(StandardCharsets.UTF_8);
    return new Ranged(
            "text/plain",
            content.length,
            "\"tag\"",
            (from, length, to) -> to.write(ByteBuffer.wrap(content, (int) from, (int) length)))
        .reply(exchange);
  }

  private static Reply all(Exchange exchange) {
    String seen =
        exchange.path("*")
            + exchange.target()
            + exchange.query("q").orElse("")
            + exchange.header("X").orElse("")
            + exchange.headers("Y")
            + exchange.cookie("c").orElse("")
            + exchange.origin()
            + exchange.remote()
            + exchange.secure();
    return Reply.json(List.of(seen));
  }

  private static Reply form(Exchange exchange) throws IOException {
    Multipart form = exchange.multipart();
    int parts = 0;
    for (Optional<Multipart.Part> part = form.next(); part.isPresent(); part = form.next()) {
      parts += part.get().name().length() + part.get().fileName().orElse("").length();
      parts += part.get().text(100).length();
    }
    return Reply.json(List.of(parts));
  }

  static Stream<byte[]> seeds() {
    String json = "{\"text\":\"a\\u0000\",\"number\":1,\"list\":[\"b\"],\"inner\":{\"number\":2}}";
    String form =
        lines(
            "--b",
            "Content-Disposition: form-data; name=\"quality\"",
            "",
            "2",
            "--b",
            "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''a%20b",
            "",
            "xyz",
            "--b--");
    return Stream.of(
            lines(
                "GET /bytes/abcdefgh HTTP/1.1",
                "Host: a",
                "Range: bytes=0-1,3-,-2",
                "If-Range: \"tag\"",
                ""),
            lines(
                "GET /bytes/%61%2f HTTP/1.0", "If-None-Match: W/\"tag\", *", "If-Match: \"x\"", ""),
            lines(
                "GET /x;y=1/%ff?q=%ff&q=a+b%20 HTTP/1.1",
                "Host: [::1]:80",
                "X: \u00e4",
                "Y: 1, 2",
                "Cookie: c=1; d=\"2\"",
                "X-Forwarded-For: 1.2.3.4, [::2]:5",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: b:9",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ""),
            lines("GET /x?q=%ff HTTP/1.1", "Host: a", ""),
            posted("/json", "application/json; charset=utf-8", json),
            posted("/form", "multipart/form-data; boundary=\"b\"", form),
            posted("/form", "multipart/form-data; boundary=\"b", form),
            posted("/form", "multipart/form-data; boundary=b", form.replace("y\"", "y")),
            posted("/form", "multipart/form-data; boundary=", form),
            lines(
                "POST /json HTTP/1.1",
                "Host: a",
                "Transfer-Encoding: chunked",
                "",
                "4",
                "{\"a\"",
                "4",
                ":[]}",
                "0",
                ""),
            lines(
                "DELETE * HTTP/1.1", "Host: a", "", "OPTIONS http://b:1/q HTTP/1.1", "Host: b", ""))
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String posted(String path, String type, String body) {
    return lines(
            "POST " + path + " HTTP/1.1",
            "Host: a",
            "Content-Type: " + type,
            "Content-Length: " + body.length(),
            "")
        + body;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "24h")
  void anyBytes(byte[] bytes) throws Exception {
    LocalConnector.LocalEndPoint client = CONNECTOR.connect();
    client.addInputAndExecute(ByteBuffer.wrap(bytes));
    client.addInputEOF();
    client.waitUntilClosedOrIdleFor(20, TimeUnit.SECONDS);
    assertThat(client.takeOutputString()).doesNotContain("HTTP/1.1 500", "HTTP/1.0 500");
  }

  @Test
  void bytesNearGoodOnes() {
    Mutations.of(seeds(), this::anyBytes);
  }
}

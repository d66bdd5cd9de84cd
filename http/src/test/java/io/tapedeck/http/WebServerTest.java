package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebServerTest {
  record Greeting(String name, Optional<String> language) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private static WebServer server;

  @BeforeAll
  static void start() {
    Router router =
        new Router()
            .on(
                "GET",
                "/things/{id}",
                exchange -> Reply.text(200, exchange.path("id") + exchange.query("q").orElse("-")))
            .on("POST", "/greetings", exchange -> Reply.json(exchange.json(Greeting.class)))
            .on("POST", "/forms", WebServerTest::form)
            .on("POST", "/count", exchange -> Reply.text(200, String.valueOf(count(exchange))))
            .on("GET", "/refused", exchange -> refuse())
            .on("GET", "/broken", exchange -> broken())
            .on("GET", "/full", exchange -> failing("No space left on device"))
            .on("GET", "/disk", exchange -> failing("Input/output error"))
            .on("GET", "/files/*", exchange -> Reply.text(200, exchange.path("*")))
            .on(
                "GET",
                "/stream",
                exchange ->
                    Reply.stream(
                        200,
                        "text/plain",
                        6,
                        to -> {
                          to.write(ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)));
                          to.write(ByteBuffer.wrap("def".getBytes(StandardCharsets.UTF_8)));
                        }));
    server = WebServer.start(WebServer.Settings.local(0), router);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aTemplateGivesItsParametersDecoded() throws Exception {
    assertThat(get("things/a%20b?q=%C3%A8").body()).isEqualTo("a bè");
    assertThat(get("files/x/y.css").body()).isEqualTo("x/y.css");
  }

  @Test
  void whatIsNotThereIsAProblemWithItsCode() throws Exception {
    HttpResponse<String> response = get("nothing");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(Json.tree(response.body()).get("code").asString()).isEqualTo("not-found");
  }

  @Test
  void anotherMethodIsToldWhichAreAllowed() throws Exception {
    HttpResponse<String> response = send(HttpRequest.newBuilder().DELETE(), "things/1");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET, HEAD");
  }

  @Test
  void headIsGetWithoutTheBody() throws Exception {
    HttpResponse<String> response =
        send(HttpRequest.newBuilder().method("HEAD", BodyPublishers.noBody()), "stream");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("6");
    assertThat(response.body()).isEmpty();
    assertThat(get("stream").body()).isEqualTo("abcdef");
  }

  @Test
  void aRefusalSaysWhenToComeBackAndKeepsTheCallersTrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder()
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .GET(),
            "refused");
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).contains("7");
    assertThat(Json.tree(response.body()).get("traceId").asString()).isEqualTo(trace);
  }

  @Test
  void ourOwnFaultTellsNothingButTheTrace() throws Exception {
    HttpResponse<String> response = get("broken");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("internal").doesNotContain("swordfish");
  }

  @Test
  void aDiskOfOursThatFailsIsOurFaultAndNotTheClients() throws Exception {
    HttpResponse<String> disk = get("disk");
    assertThat(disk.statusCode()).isEqualTo(503);
    assertThat(disk.headers().firstValue("retry-after")).isPresent();
    assertThat(disk.body()).contains("\"unavailable\"").doesNotContain("Input/output");
    HttpResponse<String> full = get("full");
    assertThat(full.statusCode()).isEqualTo(507);
    assertThat(full.body()).contains("\"disk-full\"").doesNotContain("client");
  }

  @Test
  void jsonIsReadIntoRecordsAndBadJsonIsRefusedWithItsPlace() throws Exception {
    assertThat(post("greetings", "application/json", "{\"name\":\"Ada\",\"more\":1}").body())
        .isEqualTo("{\"name\":\"Ada\",\"language\":null}");
    HttpResponse<String> bad = post("greetings", "application/json", "{\"name\":\n oops}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("line 2");
    assertThat(post("greetings", "text/plain", "{}").statusCode()).isEqualTo(415);
  }

  @Test
  void aFormsPartsArriveInOrderWithTheirNames() throws Exception {
    String file = "x".repeat(300_000);
    String form =
        "--B\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\n2\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \\\"b.mp4\"\r\n\r\n"
            + file
            + "\r\n--B\r\nContent-Disposition: form-data; name=\"after\"\r\n\r\n\r\n--B--\r\n";
    assertThat(post("forms", "multipart/form-data; boundary=B", form).body())
        .isEqualTo("q=2 file(a \"b.mp4)=300000 after= ");
  }

  @Test
  void aFormThatBreaksOffIsRefused() throws Exception {
    String form = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
    HttpResponse<String> response = post("forms", "multipart/form-data; boundary=B", form);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("incomplete-upload");
  }

  @Test
  void aLongBodyIsReadWithoutALengthToo() throws Exception {
    byte[] megabytes = new byte[5_000_000];
    HttpRequest.BodyPublisher chunked =
        BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(megabytes));
    assertThat(send(HttpRequest.newBuilder().POST(chunked), "count").body()).isEqualTo("5000000");
  }

  @Test
  void whatIsNotHttpGetsAProblemToo() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"bad-request\"");
    }
  }

  private static Reply form(Exchange exchange) throws IOException {
    Multipart form = exchange.multipart();
    StringBuilder seen = new StringBuilder();
    for (Optional<Multipart.Part> part = form.next(); part.isPresent(); part = form.next()) {
      Multipart.Part it = part.get();
      String name = it.name();
      if (it.fileName().isPresent()) {
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        long length = 0;
        for (int n = it.read(buffer); n >= 0; n = it.read(buffer.clear())) {
          length += n;
        }
        seen.append(name)
            .append('(')
            .append(it.fileName().get())
            .append(")=")
            .append(length)
            .append(' ');
      } else {
        seen.append(name).append('=').append(it.text(100)).append(' ');
      }
    }
    return Reply.text(200, seen.toString());
  }

  private static long count(Exchange exchange) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100_000);
    long count = 0;
    for (int n = exchange.body().read(buffer); n >= 0; n = exchange.body().read(buffer.clear())) {
      count += n;
    }
    return count;
  }

  private static Reply refuse() {
    throw new Refusal(Code.RATE_LIMITED, "5 a minute", Duration.ofSeconds(7));
  }

  private static Reply failing(String reason) throws IOException {
    throw new IOException(reason);
  }

  private static Reply broken() {
    throw new IllegalStateException("swordfish");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  private HttpResponse<String> post(String path, String type, String body) throws Exception {
    return send(
        HttpRequest.newBuilder().header("Content-Type", type).POST(BodyPublishers.ofString(body)),
        path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
    return client.send(
        request.uri(URI.create(server.uri() + path)).build(), BodyHandlers.ofString());
  }
}

package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How bodies are refused, broken off and streamed, byte by byte on the wire. */
class BodyTest {
  private static final BlockingQueue<Exchange> READING = new LinkedBlockingQueue<>();
  private static final BlockingQueue<String> ENDED = new LinkedBlockingQueue<>();
  private static final String LONG = "Drop a video. Get its audio.\n".repeat(200);
  private static WebServer server;

  @BeforeAll
  static void start() {
    Router router =
        new Router()
            .on("POST", "/refuse", exchange -> refuse())
            .on("GET", "/long", exchange -> Reply.text(200, LONG))
            .on("GET", "/short", exchange -> Reply.text(200, "short"))
            .on("GET", "/sound", exchange -> Reply.bytes(200, "audio/mpeg", new byte[5000]))
            .on("POST", "/read", BodyTest::readAll)
            .on("GET", "/events", exchange -> EventStream.reply(exchange, BodyTest::twoEvents));
    server = WebServer.start(WebServer.Settings.local(0), router);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply refuse() {
    throw new Refusal(Code.TOO_LARGE, "at most 1 byte");
  }

  private static Reply readAll(Exchange exchange) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    long count = 0;
    try {
      for (int n = exchange.body().read(buffer); n >= 0; n = exchange.body().read(buffer.clear())) {
        count += n;
        READING.add(exchange);
      }
    } catch (IOException e) {
      ENDED.add("failed after " + count);
      throw e;
    }
    return Reply.text(200, "" + count);
  }

  private static void twoEvents(EventStream stream) throws IOException {
    stream.retry(Duration.ofSeconds(3));
    stream.event("change", "7", java.util.Map.of("text", "a\nb"));
    stream.comment("still here");
  }

  @Test
  void aClientThatSendsOnStillGetsTheRefusal() throws Exception {
    byte[] block = new byte[1 << 20];
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("/refuse", "Content-Length: " + 40L * block.length));
      for (int i = 0; i < 40; i++) {
        out.write(block);
      }
      String answer = all(socket);
      assertThat(answer).startsWith("HTTP/1.1 413").contains("too-large", "Connection: close");
    }
  }

  @Test
  void afterAShortBodyThatNobodyReadTheConnectionCarriesOn() throws Exception {
    try (Socket socket = connect()) {
      byte[] refused = joined(head("/refuse", "Content-Length: 3"), new byte[3]);
      byte[] last = joined(head("/refuse", "Content-Length: 0", "Connection: close"), new byte[0]);
      socket.getOutputStream().write(joined(refused, last));
      assertThat(all(socket).split("HTTP/1.1 413", -1)).hasSize(3);
    }
  }

  @Test
  void aShortBodyThatComesAfterItsAnswerEndsTheConnectionAsAnnounced() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head("/refuse", "Content-Length: 3"));
      byte[] begin = socket.getInputStream().readNBytes(12);
      socket.getOutputStream().write(new byte[3]);
      assertThat(ascii(begin) + all(socket))
          .startsWith("HTTP/1.1 413")
          .contains("Connection: close");
    }
  }

  @Test
  void aClientThatAsksFirstIsRefusedBeforeItSends() throws Exception {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(head("/refuse", "Content-Length: 40000000", "Expect: 100-continue"));
      assertThat(all(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aClientThatAsksFirstIsToldToGoOnWhenItsBodyIsRead() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head("/read", "Content-Length: 3", "Expect: 100-continue", "Connection: close"));
      byte[] goOn = socket.getInputStream().readNBytes(25);
      assertThat(ascii(goOn)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      out.write(new byte[3]);
      assertThat(all(socket)).startsWith("HTTP/1.1 200").endsWith("3");
    }
  }

  @Test
  void aBodyThatBreaksOffFailsItsReader() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head("/read", "Content-Length: 10", "X: 1"));
      socket.getOutputStream().write(new byte[4]);
      READING.take();
    }
    assertThat(ENDED.poll(20, TimeUnit.SECONDS)).isEqualTo("failed after 4");
  }

  @Test
  void aReaderThatWaitsCanBeHungUpFromOutside() throws Exception {
    READING.clear();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head("/read", "Content-Length: 100000"));
      socket.getOutputStream().write(new byte[5]);
      READING.take().hangUp();
      assertThat(ENDED.poll(20, TimeUnit.SECONDS)).isEqualTo("failed after 5");
      assertThat(all(socket)).contains("incomplete-upload");
    }
  }

  @Test
  void eventsGoOutInTheirFormat() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response =
          client.send(
              HttpRequest.newBuilder(URI.create(server.uri() + "events")).build(),
              BodyHandlers.ofString());
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(response.body())
          .isEqualTo(
              """
              retry: 3000

              event: change
              id: 7
              data: {"text":"a\\nb"}

              : still here

              """);
    }
  }

  @Test
  void longTextIsSentSmallToWhoTakesIt() throws Exception {
    HttpResponse<byte[]> small = get("long", "br;q=1, gzip;q=0.8");
    assertThat(small.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(small.headers().firstValue("Vary")).contains("Accept-Encoding");
    assertThat(small.body().length).isLessThan(LONG.length() / 10);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(small.body())).readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(LONG);
    for (String others : new String[] {"br", "gzip;q=0", "identity"}) {
      assertThat(get("long", others).body()).asString(StandardCharsets.UTF_8).isEqualTo(LONG);
    }
    for (String unfit : new String[] {"short", "sound"}) {
      assertThat(get(unfit, "gzip").headers().firstValue("Content-Encoding")).isEmpty();
    }
  }

  private static HttpResponse<byte[]> get(String path, String encodings) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(server.uri() + path))
              .header("Accept-Encoding", encodings)
              .build(),
          BodyHandlers.ofByteArray());
    }
  }

  private static Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
  }

  private static byte[] head(String path, String... headers) {
    Stream<String> lines =
        Stream.concat(Stream.of("POST " + path + " HTTP/1.1", "Host: a"), Stream.of(headers));
    return (String.join("\r\n", lines.toList()) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static String all(Socket socket) throws IOException {
    return ascii(socket.getInputStream().readAllBytes());
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}

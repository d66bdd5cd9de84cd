package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangedTest {
  private static final String TEXT = "0123456789abcdefghij";
  private static final String ETAG = "\"v1\"";

  private static WebServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    byte[] bytes = TEXT.getBytes(StandardCharsets.US_ASCII);
    Ranged ranged =
        new Ranged(
            "text/plain",
            bytes.length,
            ETAG,
            (offset, length, to) -> to.write(ByteBuffer.wrap(bytes, (int) offset, (int) length)));
    server =
        WebServer.start(
            WebServer.Settings.local(0), new Router().on("GET", "/text", ranged::reply));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-3     | 0123                 | bytes 0-3/20",
        "bytes=5-5     | 5                    | bytes 5-5/20",
        "bytes=10-     | abcdefghij           | bytes 10-19/20",
        "bytes=-4      | ghij                 | bytes 16-19/20",
        "bytes=-100    | 0123456789abcdefghij | bytes 0-19/20",
        "bytes=18-1000 | ij                   | bytes 18-19/20",
        "bytes=1-3, 2-4 | 1234                | bytes 1-4/20",
        "bytes=2-3,99- | 23                   | bytes 2-3/20",
      })
  void aRangeGivesItsBytesAndSaysWhich(String range, String text, String contentRange)
      throws Exception {
    HttpResponse<String> response = get("Range", range);
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(text);
    assertThat(response.headers().firstValue("Content-Range")).contains(contentRange);
    assertThat(response.headers().firstValue("ETag")).contains(ETAG);
  }

  @Test
  void severalRangesComeAsParts() throws Exception {
    HttpResponse<String> response = get("Range", "bytes=0-1,8-9,-2");
    assertThat(response.statusCode()).isEqualTo(206);
    String type = response.headers().firstValue("Content-Type").orElseThrow();
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String line = "--" + type.substring(type.indexOf('=') + 1);
    assertThat(response.body())
        .isEqualTo(
            part(line, "0-1", "01")
                + part(line, "8-9", "89")
                + part(line, "18-19", "ij")
                + "\r\n"
                + line
                + "--\r\n");
    assertThat(response.headers().firstValue("Content-Length"))
        .contains(String.valueOf(response.body().length()));
  }

  private static String part(String line, String range, String text) {
    return "\r\n"
        + line
        + "\r\nContent-Type: text/plain\r\nContent-Range: bytes "
        + range
        + "/20\r\n\r\n"
        + text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=20-", "bytes=-0", "bytes=99-100", "bytes=20-30,40-"})
  void aRangeOutsideIsNotSatisfiableAndTellsTheLength(String range) throws Exception {
    HttpResponse<String> response = get("Range", range);
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.headers().firstValue("Content-Range")).contains("bytes */20");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "lines=1-2",
        "bytes=1-2-3",
        "bytes=99999999999999999999-",
        "bytes=0-,0-,0-",
        "bytes=0-0,2-2,4-4,6-6,8-8,0-0,2-2,4-4,6-6,8-8,0-0,2-2,4-4,6-6,8-8,0-0,2-2",
      })
  void whatIsNoRangeOrTooMuchOfOneGivesTheWhole(String range) throws Exception {
    HttpResponse<String> response = get("Range", range);
    assertThat(response.body()).isEqualTo(TEXT);
    assertThat(response.statusCode()).isIn(200, 206);
  }

  @Test
  void ifRangeHoldsOnlyForTheSameBytes() throws Exception {
    assertThat(get("Range", "bytes=0-0", "If-Range", ETAG).statusCode()).isEqualTo(206);
    assertThat(get("Range", "bytes=0-0", "If-Range", "\"v0\"").statusCode()).isEqualTo(200);
    assertThat(get("Range", "bytes=0-0", "If-Range", "W/" + ETAG).statusCode()).isEqualTo(200);
    assertThat(get("Range", "bytes=0-0", "If-Range", "Sat, 01 Jan 2000 00:00:00 GMT").statusCode())
        .isEqualTo(200);
  }

  @Test
  void whoHasTheBytesIsNotSentThemAgain() throws Exception {
    for (String known : new String[] {ETAG, "\"v0\", " + ETAG, "W/" + ETAG, "*"}) {
      HttpResponse<String> response = get("If-None-Match", known, "Range", "bytes=0-0");
      assertThat(response.statusCode()).isEqualTo(304);
      assertThat(response.headers().firstValue("ETag")).contains(ETAG);
    }
    assertThat(get("If-None-Match", "\"v0\"").statusCode()).isEqualTo(200);
    assertThat(get("If-Match", "\"v0\"").statusCode()).isEqualTo(412);
    assertThat(get("If-Match", ETAG).statusCode()).isEqualTo(200);
    assertThat(get("If-Match", "*").statusCode()).isEqualTo(200);
  }

  @Test
  void headTellsTheWholeLengthWhateverTheRange() throws Exception {
    HttpRequest request =
        request("Range", "bytes=0-1").method("HEAD", BodyPublishers.noBody()).build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Length")).contains("20");
    assertThat(response.headers().firstValue("Accept-Ranges")).contains("bytes");
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    return client.send(request(headers).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String... headers) {
    return HttpRequest.newBuilder(URI.create(server.uri() + "text")).headers(headers);
  }
}

package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An edge for a test, and what a client of tus does with it. */
abstract class TusFixture {
  static final String TYPE = "application/offset+octet-stream";
  static final byte[] VIDEO = new byte[100_000];

  static {
    new Random(11).nextBytes(VIDEO);
  }

  @TempDir Path folder;
  Edge edge;

  @BeforeEach
  void start() {
    edge = new Edge(folder);
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  // ---- what a client does

  HttpResponse<String> tus(String method, String path, byte[] body, String... headers)
      throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Tus-Resumable";
    all[headers.length + 1] = "1.0.0";
    return edge.send(method, path, body, all);
  }

  static String metadata(String... pairs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(i == 0 ? "" : ",")
          .append(pairs[i])
          .append(' ')
          .append(base64(pairs[i + 1].getBytes(StandardCharsets.UTF_8)));
    }
    return text.toString();
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  String create(long length) throws Exception {
    HttpResponse<String> response =
        tus(
            "POST",
            "/v1/uploads",
            new byte[0],
            "Upload-Length",
            "" + length,
            "Upload-Metadata",
            metadata("filename", "talk.mp4"));
    assertThat(response.statusCode()).isEqualTo(201);
    return response.headers().firstValue("Location").orElseThrow();
  }

  HttpResponse<String> patch(String upload, long offset, byte[] part, String... more)
      throws Exception {
    String[] headers = Arrays.copyOf(more, more.length + 4);
    headers[more.length] = "Upload-Offset";
    headers[more.length + 1] = "" + offset;
    headers[more.length + 2] = "Content-Type";
    headers[more.length + 3] = TYPE;
    return tus("PATCH", upload, part, headers);
  }

  long offset(String upload) throws Exception {
    HttpResponse<String> response = tus("HEAD", upload, new byte[0]);
    assertThat(response.statusCode()).isEqualTo(200);
    return Long.parseLong(response.headers().firstValue("Upload-Offset").orElseThrow());
  }

  static byte[] part(int from, int to) {
    return Arrays.copyOfRange(VIDEO, from, to);
  }

  static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  Conversion conversion(HttpResponse<String> last) {
    return edge.ledger.find(new ConversionId(header(last, "Tapedeck-Conversion"))).orElseThrow();
  }

  Socket beginPatch(String upload, long offset, String... more) throws Exception {
    String[] headers = Arrays.copyOf(more, more.length + 3);
    headers[more.length] = "Tus-Resumable: 1.0.0";
    headers[more.length + 1] = "Upload-Offset: " + offset;
    headers[more.length + 2] = "Content-Type: " + TYPE;
    return edge.begin("PATCH", upload, headers);
  }

  static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.onSpinWait();
    }
  }

  Void goOnUntilWhole(String upload) throws Exception {
    for (int at = (int) offset(upload); at < VIDEO.length; at = (int) offset(upload)) {
      int status = patch(upload, at, part(at, Math.min(VIDEO.length, at + 9_000))).statusCode();
      assertThat(status).isIn(204, 400, 409);
    }
    return null;
  }
}

package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.uploads.Quota;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is refused for its size, for its owner's quota and for want of room: before the bytes. */
class AdmissionTest {
  private static final byte[] NONE = new byte[0];
  private static final long MB = 1 << 20;

  @TempDir Path folder;
  private Edge edge;

  @AfterEach
  void stop() {
    edge.close();
  }

  private void start(UnaryOperator<GatewaySettings> change) {
    edge = new Edge(folder, change);
  }

  private void startWithQuota(long stored, Duration audio, int active, int perMinute) {
    start(settings -> Edge.withQuota(settings, new Quota(stored, audio, active, 10, perMinute)));
  }

  /** A disk with as much room as the number says, less what is on it. */
  private static UnaryOperator<BlobStore> disk(AtomicLong room) {
    return store ->
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("room")) {
                    return room.get();
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  private HttpResponse<String> create(long length) throws Exception {
    return edge.send(
        "POST", "/v1/uploads", NONE, "Tus-Resumable", "1.0.0", "Upload-Length", "" + length);
  }

  private HttpResponse<String> patch(String upload, int length) throws Exception {
    return edge.send(
        "PATCH",
        upload,
        new byte[length],
        "Tus-Resumable",
        "1.0.0",
        "Upload-Offset",
        "0",
        "Content-Type",
        "application/offset+octet-stream");
  }

  /** The first line of the answer to a client that asks before it sends so many bytes. */
  private String asked(long length) throws Exception {
    try (Socket socket =
        edge.begin(
            "POST",
            "/v1/conversions",
            "Content-Type: multipart/form-data; boundary=B",
            "Content-Length: " + length,
            "Expect: 100-continue",
            "Connection: close")) {
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return answer.substring("HTTP/1.1 ".length());
    }
  }

  private void nothingIsKept() throws Exception {
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      assertThat(drafts).isEmpty();
    }
  }

  @Test
  void aFileThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
    start(settings -> Edge.withLargest(settings, MB));
    assertThat(asked(MB + 1)).isEqualTo("413");
    assertThat(asked(MB)).isEqualTo("100");
    assertThat(create(MB + 1).statusCode()).isEqualTo(413);
    assertThat(create(MB).statusCode()).isEqualTo(201);
  }

  @Test
  void aFileThatTurnsOutTooLargeIsRefusedAndForgotten() throws Exception {
    start(settings -> Edge.withLargest(settings, MB));
    HttpResponse<String> response =
        edge.chunked(
            "POST",
            "/v1/conversions",
            Edge.form("a.mp4", new byte[(int) MB + 1]),
            "Content-Type",
            "multipart/form-data; boundary=B");
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(Edge.code(response)).isEqualTo("too-large");
    nothingIsKept();
  }

  @Test
  void aLargeFileIsRefusedReadablyToAClientThatSendsItAllTheSame() throws Exception {
    start(settings -> Edge.withLargest(settings, MB));
    HttpResponse<String> response = edge.upload("a.mp4", new byte[20 << 20]);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(Edge.json(response).get("hint").asString()).isNotEmpty();
  }

  @Test
  void whoHasUsedUpTheirBytesIsRefusedAndOthersAreNot() throws Exception {
    startWithQuota(10 * MB, Duration.ofDays(9), 100, 100);
    String upload = create(8 * MB).headers().firstValue("Location").orElseThrow();
    HttpResponse<String> refused = create(3 * MB);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Edge.code(refused)).isEqualTo("quota-exceeded");
    assertThat(asked(3 * MB)).isEqualTo("429");
    assertThat(
            edge.as(
                    "bert",
                    "POST",
                    "/v1/uploads",
                    NONE,
                    "Tus-Resumable",
                    "1.0.0",
                    "Upload-Length",
                    "" + 3 * MB)
                .statusCode())
        .isEqualTo(201);
    edge.send("DELETE", upload, NONE, "Tus-Resumable", "1.0.0");
    assertThat(create(3 * MB).statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsKeptCountsUntilItIsDeleted() throws Exception {
    startWithQuota(MB, Duration.ofDays(9), 100, 100);
    Conversion ready = edge.ready(Edge.ANNA, "a.mp4", new byte[(int) MB - 1000]);
    assertThat(create(2000).statusCode()).isEqualTo(429);
    edge.send("DELETE", "/v1/conversions/" + ready.id(), NONE);
    assertThat(create(2000).statusCode()).isEqualTo(201);
  }

  @Test
  void whoHasUsedUpTheirMinutesIsRefusedForThirtyDays() throws Exception {
    startWithQuota(10 * MB, Duration.ofSeconds(2), 100, 100);
    edge.ready(Edge.ANNA, "a.mp4", new byte[9]);
    assertThat(Edge.code(create(9))).isEqualTo("quota-exceeded");
    edge.clock.advance(Duration.ofDays(31));
    assertThat(create(9).statusCode()).isEqualTo(201);
  }

  @Test
  void whoHasTooManyUnderWayIsRefusedUntilOneEnds() throws Exception {
    startWithQuota(10 * MB, Duration.ofDays(9), 2, 100);
    Conversion one = edge.converting(Edge.ANNA, "a.mp4");
    assertThat(create(9).statusCode()).isEqualTo(201);
    HttpResponse<String> refused = create(9);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Edge.code(refused)).isEqualTo("too-many-uploads");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    edge.ledger.cancel(one.id());
    assertThat(create(9).statusCode()).isEqualTo(201);
  }

  @Test
  void whoComesTooOftenIsToldWhenToComeBack() throws Exception {
    startWithQuota(10 * MB, Duration.ofDays(9), 100, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(create(9).statusCode()).isEqualTo(201);
    }
    HttpResponse<String> refused = create(9);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Edge.code(refused)).isEqualTo("rate-limited");
    int pause = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
    edge.clock.advance(Duration.ofSeconds(pause));
    assertThat(create(9).statusCode()).isEqualTo(201);
  }

  @Test
  void openUploadsHoldTheRoomTheyWerePromised() throws Exception {
    AtomicLong room = new AtomicLong(10 * MB);
    edge = new Edge(folder, settings -> Edge.withMargin(settings, MB), disk(room));
    String upload = create(6 * MB).headers().firstValue("Location").orElseThrow();
    HttpResponse<String> refused = create(4 * MB);
    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(Edge.code(refused)).isEqualTo("disk-full");
    assertThat(asked(4 * MB)).isEqualTo("507");
    assertThat(create(2 * MB).statusCode()).isEqualTo(201);
    // Bytes that have come are on the disk; what is promised is only the rest.
    assertThat(patch(upload, (int) (5 * MB)).statusCode()).isEqualTo(204);
    room.addAndGet(-5 * MB);
    assertThat(create(MB).statusCode()).isEqualTo(201);
    assertThat(create(MB).statusCode()).isEqualTo(507);
  }

  @Test
  void anUploadOfUnknownLengthIsEndedWhenTheDiskFillsUp() throws Exception {
    AtomicLong room = new AtomicLong(40 * MB);
    edge = new Edge(folder, settings -> Edge.withMargin(settings, MB), disk(room));
    room.set(10 * MB);
    HttpResponse<String> response =
        edge.chunked(
            "POST",
            "/v1/conversions",
            Edge.form("a.mp4", new byte[20 << 20]),
            "Content-Type",
            "multipart/form-data; boundary=B");
    assertThat(response.statusCode()).isEqualTo(507);
    nothingIsKept();
  }

  @Test
  void limitsTellWhatIsAcceptedAndToWhomWhatIsUsed() throws Exception {
    startWithQuota(10 * MB, Duration.ofMinutes(90), 7, 5);
    edge.ready(Edge.ANNA, "a.mp4", new byte[1000]);
    create(500);
    JsonNode anybody = Edge.json(edge.as("", "GET", "/v1/limits", NONE));
    assertThat(anybody.get("fileSize").asLong()).isEqualTo(50L << 30);
    assertThat(anybody.get("storedBytes").asLong()).isEqualTo(10 * MB);
    assertThat(anybody.get("soundSeconds").asLong()).isEqualTo(5400);
    assertThat(anybody.get("active").asInt()).isEqualTo(7);
    assertThat(anybody.get("chunkSize").asLong()).isLessThan(100_000_000);
    assertThat(anybody.get("retentionSeconds").asLong()).isEqualTo(7 * 86_400);
    assertThat(anybody.get("options").get("bitrates").size()).isEqualTo(14);
    assertThat(anybody.get("usage").isNull()).isTrue();
    JsonNode usage = Edge.json(edge.get("/v1/limits")).get("usage");
    assertThat(usage.get("storedBytes").asLong()).isEqualTo(1500);
    assertThat(usage.get("soundSeconds").asDouble()).isEqualTo(2.5);
    assertThat(usage.get("active").asInt()).isEqualTo(1);
  }

  @Test
  void noLimitIsToldAsNull() throws Exception {
    start(settings -> settings);
    JsonNode limits = Edge.json(edge.as("", "GET", "/v1/limits", NONE));
    assertThat(limits.get("storedBytes").isNull()).isTrue();
    assertThat(limits.get("soundSeconds").isNull()).isTrue();
  }
}

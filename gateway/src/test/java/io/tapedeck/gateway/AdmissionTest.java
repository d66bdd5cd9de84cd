package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Conversion;
import io.tapedeck.uploads.Quota;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
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
  private UnaryOperator<BlobStore> fillingUp(AtomicLong size) {
    return disk(() -> size.get() - onDisk());
  }

  private long onDisk() {
    File[] drafts = folder.resolve("uploads").toFile().listFiles();
    return drafts == null ? 0 : Stream.of(drafts).mapToLong(File::length).sum();
  }

  /** A disk with as much room as the number says. */
  private static UnaryOperator<BlobStore> disk(AtomicLong room) {
    return disk(room::get);
  }

  private static UnaryOperator<BlobStore> disk(LongSupplier room) {
    return store ->
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("room")) {
                    return room.getAsLong();
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

  private static String[] announced(long length) {
    return new String[] {"Tus-Resumable", "1.0.0", "Upload-Length", "" + length};
  }

  private String deferred() throws Exception {
    return edge.send(
            "POST", "/v1/uploads", NONE, "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1")
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  private long offset(String upload) throws Exception {
    HttpResponse<String> response = edge.send("HEAD", upload, NONE, "Tus-Resumable", "1.0.0");
    return Long.parseLong(response.headers().firstValue("Upload-Offset").orElse("-1"));
  }

  private HttpResponse<String> patch(String upload, int length) throws Exception {
    return patch(upload, length, 0);
  }

  private HttpResponse<String> patch(String upload, int length, long at) throws Exception {
    return patch("anna", upload, length, at);
  }

  private HttpResponse<String> patch(String who, String upload, int length, long at)
      throws Exception {
    return edge.as(
        who,
        "PATCH",
        upload,
        new byte[length],
        "Tus-Resumable",
        "1.0.0",
        "Upload-Offset",
        "" + at,
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
    assertThat(refused.headers().firstValue("RateLimit-Policy").orElseThrow())
        .startsWith("\"creates\";q=")
        .endsWith(";w=60");
    assertThat(refused.headers().firstValue("RateLimit").orElseThrow())
        .startsWith("\"creates\";r=0;t=");
    int pause = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
    edge.clock.advance(Duration.ofSeconds(pause));
    assertThat(create(9).statusCode()).isEqualTo(201);
  }

  @Test
  void uploadsThatBringBytesHoldTheRoomTheyWerePromised() throws Exception {
    AtomicLong room = new AtomicLong(21 * MB);
    edge = new Edge(folder, settings -> Edge.withMargin(settings, MB), disk(room));
    String upload = create(10 * MB).headers().firstValue("Location").orElseThrow();
    assertThat(patch(upload, (int) MB).statusCode()).isEqualTo(204);
    room.addAndGet(-MB);
    HttpResponse<String> refused = create(11 * MB);
    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(Edge.code(refused)).isEqualTo("disk-full");
    assertThat(asked(11 * MB)).isEqualTo("507");
    assertThat(asked(10 * MB)).isEqualTo("100");
    // Bytes that have come are on the disk; what is promised is only the rest.
    assertThat(patch(upload, 8 * (int) MB, MB).statusCode()).isEqualTo(204);
    room.addAndGet(-8 * MB);
    assertThat(create(11 * MB).statusCode()).isEqualTo(507);
    assertThat(create(10 * MB).statusCode()).isEqualTo(201);
    // Whoever brings no more bytes holds nothing for long.
    edge.clock.advance(Duration.ofMinutes(11));
    assertThat(create(11 * MB).statusCode()).isEqualTo(201);
  }

  @Test
  void promisesWithoutBytesKeepNobodyOut() throws Exception {
    AtomicLong room = new AtomicLong(101 * MB);
    edge = new Edge(folder, settings -> Edge.withMargin(settings, MB), disk(room));
    for (int i = 0; i < 9; i++) {
      assertThat(create(80 * MB).statusCode()).isEqualTo(201);
    }
    String own =
        edge.as("bert", "POST", "/v1/uploads", NONE, announced(80 * MB))
            .headers()
            .firstValue("Location")
            .orElseThrow();
    assertThat(patch("bert", own, 20 << 20, 0).statusCode()).isEqualTo(204);
  }

  @Test
  void anUploadWithoutAByteEndsSoonAndAnEmptyPartDoesNotProlongIt() throws Exception {
    start(settings -> settings);
    String bare = create(MB).headers().firstValue("Location").orElseThrow();
    String begun = create(MB).headers().firstValue("Location").orElseThrow();
    patch(begun, 1);
    edge.clock.advance(Duration.ofMinutes(6));
    assertThat(patch(bare, 0).statusCode()).isEqualTo(204);
    edge.clock.advance(Duration.ofMinutes(6));
    assertThat(patch(bare, 1).statusCode()).isEqualTo(410);
    edge.clock.advance(Duration.ofHours(18));
    assertThat(patch(begun, 0, 1).statusCode()).isEqualTo(204);
    edge.clock.advance(Duration.ofHours(6));
    assertThat(patch(begun, 1, 1).statusCode()).isEqualTo(410);
  }

  @Test
  void theQuotaIsAskedAlsoForBytesWhoseNumberNobodyTold() throws Exception {
    startWithQuota(MB, Duration.ofDays(9), 100, 100);
    HttpResponse<String> form =
        edge.chunked(
            "POST",
            "/v1/conversions",
            Edge.form("a.mp4", new byte[2 << 20]),
            "Content-Type",
            "multipart/form-data; boundary=B");
    assertThat(form.statusCode()).isEqualTo(429);
    assertThat(Edge.code(form)).isEqualTo("quota-exceeded");
    nothingIsKept();
    for (int i = 0; i < 3; i++) {
      String upload = deferred();
      HttpResponse<String> refused = patch(upload, 2 << 20);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Edge.code(refused)).isEqualTo("quota-exceeded");
    }
    assertThat(onDisk()).isLessThanOrEqualTo(MB);
  }

  @Test
  void anUploadInPartsOfUnknownLengthIsEndedWhenTheDiskFillsUp() throws Exception {
    edge =
        new Edge(
            folder, settings -> Edge.withMargin(settings, MB), fillingUp(new AtomicLong(10 * MB)));
    HttpResponse<String> refused = patch(deferred(), 20 << 20);
    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(Edge.code(refused)).isEqualTo("disk-full");
    assertThat(onDisk()).as("the margin, but for a buffer").isLessThanOrEqualTo(9 * MB + MB / 2);
  }

  @Test
  void anUploadThatIsReceivedForLongerThanItsPromiseIsNotSweptAway() throws Exception {
    start(settings -> settings);
    String upload = create(3).headers().firstValue("Location").orElseThrow();
    try (Socket socket =
        edge.begin(
            "PATCH",
            upload.substring(upload.indexOf("/v1/")),
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 0",
            "Content-Type: application/offset+octet-stream",
            "Content-Length: 3",
            "Connection: close")) {
      for (int sent = 1; sent <= 3; sent++) {
        socket.getOutputStream().write('x');
        socket.getOutputStream().flush();
        while (sent < 3 && offset(upload) < sent) {
          Thread.onSpinWait();
        }
        edge.clock.advance(Duration.ofMinutes(6));
      }
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      assertThat(answer).isEqualTo("HTTP/1.1 204");
    }
  }

  @Test
  void anotherTryIsAskedForToo() throws Exception {
    startWithQuota(10 * MB, Duration.ofSeconds(2), 2, 100);
    Conversion failed = edge.failed(Edge.ANNA, "a.mp4");
    Conversion first = edge.queued(Edge.ANNA, "b.mp4");
    edge.queued(Edge.ANNA, "c.mp4");
    String retry = "/v1/conversions/" + failed.id() + "/retry";
    HttpResponse<String> refused = edge.send("POST", retry, NONE);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(Edge.code(refused)).isEqualTo("too-many-uploads");
    edge.ledger.cancel(first.id());
    assertThat(edge.send("POST", retry, NONE).statusCode()).isEqualTo(202);
  }

  @Test
  void anUploadOfUnknownLengthIsEndedWhenTheDiskFillsUp() throws Exception {
    AtomicLong room = new AtomicLong(40 * MB);
    edge = new Edge(folder, settings -> Edge.withMargin(settings, MB), fillingUp(room));
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

package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tus protocol at /v1/uploads, rule by rule. */
class TusUploadsTest {
  private static final String TYPE = "application/offset+octet-stream";
  private static final byte[] VIDEO = new byte[100_000];

  static {
    new Random(11).nextBytes(VIDEO);
  }

  @TempDir Path folder;
  private Edge edge;

  @BeforeEach
  void start() {
    edge = new Edge(folder);
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  // ---- what a client does

  private HttpResponse<String> tus(String method, String path, byte[] body, String... headers)
      throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Tus-Resumable";
    all[headers.length + 1] = "1.0.0";
    return edge.send(method, path, body, all);
  }

  private static String metadata(String... pairs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(i == 0 ? "" : ",")
          .append(pairs[i])
          .append(' ')
          .append(base64(pairs[i + 1].getBytes(StandardCharsets.UTF_8)));
    }
    return text.toString();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private String create(long length) throws Exception {
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

  private HttpResponse<String> patch(String upload, long offset, byte[] part, String... more)
      throws Exception {
    String[] headers = Arrays.copyOf(more, more.length + 4);
    headers[more.length] = "Upload-Offset";
    headers[more.length + 1] = "" + offset;
    headers[more.length + 2] = "Content-Type";
    headers[more.length + 3] = TYPE;
    return tus("PATCH", upload, part, headers);
  }

  private long offset(String upload) throws Exception {
    HttpResponse<String> response = tus("HEAD", upload, new byte[0]);
    assertThat(response.statusCode()).isEqualTo(200);
    return Long.parseLong(response.headers().firstValue("Upload-Offset").orElseThrow());
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(VIDEO, from, to);
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private Conversion conversion(HttpResponse<String> last) {
    return edge.ledger.find(new ConversionId(header(last, "Tapedeck-Conversion"))).orElseThrow();
  }

  private Socket beginPatch(String upload, long offset, String... more) throws Exception {
    String[] headers = Arrays.copyOf(more, more.length + 3);
    headers[more.length] = "Tus-Resumable: 1.0.0";
    headers[more.length + 1] = "Upload-Offset: " + offset;
    headers[more.length + 2] = "Content-Type: " + TYPE;
    return edge.begin("PATCH", upload, headers);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.onSpinWait();
    }
  }

  // ---- discovery

  @Test
  void optionsTellsWhatIsSpokenWithoutSigningIn() throws Exception {
    HttpResponse<String> response = edge.as("", "OPTIONS", "/v1/uploads", new byte[0]);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
    assertThat(header(response, "Tus-Version")).isEqualTo("1.0.0");
    assertThat(header(response, "Tus-Extension").split(","))
        .contains("creation", "creation-with-upload", "expiration", "checksum", "termination");
    assertThat(header(response, "Tus-Max-Size")).isEqualTo("" + (50L << 30));
    assertThat(header(response, "Tus-Checksum-Algorithm")).contains("sha1", "sha256");
  }

  // ---- creation

  @Test
  void aNewUploadIsEmptyAndSaysWhenItExpires() throws Exception {
    HttpResponse<String> made =
        tus(
            "POST",
            "/v1/uploads",
            new byte[0],
            "Upload-Length",
            "100",
            "Upload-Metadata",
            metadata("filename", "a.mp4", "quality", "5"));
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "Upload-Expires")).isEqualTo("Mon, 02 Mar 2026 12:00:00 GMT");
    HttpResponse<String> head = tus("HEAD", header(made, "Location"), new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Upload-Offset")).isEqualTo("0");
    assertThat(header(head, "Upload-Length")).isEqualTo("100");
    assertThat(header(head, "Upload-Metadata"))
        .isEqualTo(metadata("filename", "a.mp4", "quality", "5"));
    assertThat(header(head, "Cache-Control")).isEqualTo("no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "Upload-Length, x, 400",
    "Upload-Length, -1, 400",
    "Upload-Length, 0, 400",
    "Upload-Length, 99999999999999999, 413",
    "Upload-Defer-Length, 2, 400",
    "X, y, 400",
  })
  void aLengthThatIsNoneOrTooMuchIsRefused(String header, String value, int status)
      throws Exception {
    assertThat(tus("POST", "/v1/uploads", new byte[0], header, value).statusCode())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"filename b!d", "a b c", "a YQ==,a YQ==", ",", "quality MTE="})
  void metadataThatIsNoneOrNotPossibleIsRefused(String metadata) throws Exception {
    HttpResponse<String> response =
        tus("POST", "/v1/uploads", new byte[0], "Upload-Length", "9", "Upload-Metadata", metadata);
    assertThat(response.statusCode()).isIn(400, 422);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
  }

  @Test
  void theWholeFileMayComeWithTheCreation() throws Exception {
    HttpResponse<String> made =
        tus(
            "POST",
            "/v1/uploads",
            VIDEO,
            "Upload-Length",
            "" + VIDEO.length,
            "Content-Type",
            TYPE,
            "Upload-Metadata",
            metadata("filename", "dir/sub\\käse.mp4", "bitrate", "128", "filetype", "video/mp4"));
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "Upload-Offset")).isEqualTo("" + VIDEO.length);
    Conversion conversion = conversion(made);
    assertThat(conversion.video().name()).isEqualTo("käse.mp4");
    assertThat(conversion.options().toText()).isEqualTo("b=128");
    assertThat(edge.bytes(BlobId.video(conversion.id()))).isEqualTo(VIDEO);
  }

  @Test
  void aPartMayComeWithTheCreation() throws Exception {
    HttpResponse<String> made =
        tus("POST", "/v1/uploads", part(0, 10), "Upload-Length", "20", "Content-Type", TYPE);
    assertThat(header(made, "Upload-Offset")).isEqualTo("10");
    assertThat(offset(header(made, "Location"))).isEqualTo(10);
  }

  @Test
  void theLengthMayBeSaidLater() throws Exception {
    String upload =
        header(tus("POST", "/v1/uploads", new byte[0], "Upload-Defer-Length", "1"), "Location");
    assertThat(header(tus("HEAD", upload, new byte[0]), "Upload-Defer-Length")).isEqualTo("1");
    assertThat(patch(upload, 0, part(0, 60_000)).statusCode()).isEqualTo(204);
    assertThat(patch(upload, 60_000, part(60_000, 60_001), "Upload-Length", "1").statusCode())
        .isEqualTo(400);
    assertThat(offset(upload)).isEqualTo(60_000);
    HttpResponse<String> last =
        patch(upload, 60_000, part(60_000, 100_000), "Upload-Length", "100000");
    assertThat(last.statusCode()).isEqualTo(204);
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  // ---- writing

  @Test
  void partsMakeTheWholeAndTheLastByteCreatesTheConversion() throws Exception {
    String upload = create(VIDEO.length);
    for (int at = 0; at < 75_000; at += 25_000) {
      HttpResponse<String> response = patch(upload, at, part(at, at + 25_000));
      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(header(response, "Upload-Offset")).isEqualTo("" + (at + 25_000));
      assertThat(header(response, "Tapedeck-Conversion")).isEmpty();
    }
    HttpResponse<String> last = patch(upload, 75_000, part(75_000, 100_000));
    Conversion conversion = conversion(last);
    assertThat(header(last, "Location")).isEqualTo("/v1/conversions/" + conversion.id());
    assertThat(upload).endsWith(conversion.id().value().substring(4));
    assertThat(conversion.state()).isEqualTo(new ConversionState.Queued());
    assertThat(conversion.video().name()).isEqualTo("talk.mp4");
    assertThat(edge.bytes(conversion.video().blob())).isEqualTo(VIDEO);
    assertThat(offset(upload)).isEqualTo(VIDEO.length);
  }

  @Test
  void theLastByteSentTwiceCreatesOneConversion() throws Exception {
    String upload = create(10);
    String first = header(patch(upload, 0, part(0, 10)), "Tapedeck-Conversion");
    HttpResponse<String> again = patch(upload, 10, new byte[0]);
    assertThat(again.statusCode()).isEqualTo(204);
    assertThat(header(again, "Tapedeck-Conversion")).isEqualTo(first);
    assertThat(patch(upload, 0, part(0, 10)).statusCode()).isEqualTo(409);
    assertThat(header(tus("HEAD", upload, new byte[0]), "Tapedeck-Conversion")).isEqualTo(first);
    assertThat(Edge.json(edge.get("/v1/conversions")).get("conversions").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "Upload-Offset, 5, 409",
    "Upload-Offset, 11, 409",
    "Upload-Offset, x, 400",
    "Upload-Offset, , 400",
    "Content-Type, video/mp4, 415",
    "Tus-Resumable, 0.2.2, 412",
    "Upload-Checksum, crc9 AAAA, 400",
    "Upload-Checksum, sha1, 400",
    "Upload-Checksum, sha1 %%, 400",
    "Upload-Length, 99, 400",
  })
  void aPartWithAWrongHeaderIsRefusedAndNothingOfItIsKept(String name, String value, int status)
      throws Exception {
    String upload = create(100);
    patch(upload, 0, part(0, 10));
    var headers = new java.util.TreeMap<String, String>();
    headers.put("Tus-Resumable", "1.0.0");
    headers.put("Upload-Offset", "10");
    headers.put("Content-Type", TYPE);
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }
    HttpResponse<String> response =
        edge.send(
            "PATCH",
            upload,
            part(10, 20),
            headers.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray(String[]::new));
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Tus-Resumable")).isEqualTo("1.0.0");
    if (status == 412) {
      assertThat(header(response, "Tus-Version")).isEqualTo("1.0.0");
    }
    assertThat(offset(upload)).isEqualTo(10);
  }

  @Test
  void moreThanTheLengthIsRefusedWithAndWithoutSayingSoBefore() throws Exception {
    String upload = create(10);
    assertThat(patch(upload, 0, part(0, 11)).statusCode()).isEqualTo(413);
    HttpResponse<String> unannounced =
        edge.chunked(
            "PATCH",
            upload,
            part(0, 11),
            "Tus-Resumable",
            "1.0.0",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(unannounced.statusCode()).isEqualTo(413);
    assertThat(offset(upload)).isZero();
  }

  @Test
  void aPartMayComeByPostWhereNothingElseGetsThrough() throws Exception {
    String upload = create(10);
    HttpResponse<String> response =
        tus(
            "POST",
            upload,
            part(0, 4),
            "X-HTTP-Method-Override",
            "PATCH",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(offset(upload)).isEqualTo(4);
    assertThat(tus("POST", upload, new byte[0], "X-HTTP-Method-Override", "PUT").statusCode())
        .isEqualTo(405);
  }

  // ---- checksums

  @ParameterizedTest
  @CsvSource({"sha1, SHA-1", "sha256, SHA-256", "md5, MD5", "sha512, SHA-512"})
  void aPartIsTakenWhenItsChecksumFits(String name, String algorithm) throws Exception {
    String upload = create(VIDEO.length);
    String sum = name + " " + base64(Edge.digest(algorithm, part(0, 50_000)));
    assertThat(patch(upload, 0, part(0, 50_000), "Upload-Checksum", sum).statusCode())
        .isEqualTo(204);
    assertThat(offset(upload)).isEqualTo(50_000);
  }

  @Test
  void aPartIsDroppedWhenItsChecksumDoesNotFit() throws Exception {
    String upload = create(VIDEO.length);
    patch(upload, 0, part(0, 10));
    String sum = "sha1 " + base64(Edge.digest("SHA-1", part(0, 9)));
    HttpResponse<String> response =
        patch(upload, 10, part(10, VIDEO.length), "Upload-Checksum", sum);
    assertThat(response.statusCode()).isEqualTo(460);
    assertThat(Edge.code(response)).isEqualTo("checksum-mismatch");
    assertThat(offset(upload)).isEqualTo(10);
    assertThat(patch(upload, 10, part(10, VIDEO.length)).statusCode()).isEqualTo(204);
  }

  @Test
  void bytesThatWaitForTheirChecksumAreNotCountedNotEvenAfterAKill() throws Exception {
    String upload = create(VIDEO.length);
    String sum = "Upload-Checksum: sha1 " + base64(Edge.digest("SHA-1", VIDEO));
    BlobId blob = BlobId.video(new ConversionId("cnv_" + upload.substring(upload.length() - 26)));
    try (Socket socket = beginPatch(upload, 0, "Content-Length: " + VIDEO.length, sum)) {
      socket.getOutputStream().write(part(0, 90_000));
      await(() -> edge.store.draftSize(blob).orElse(0L) > 0);
      assertThat(offset(upload)).isZero();
      // Another edge on the same folder is what is there after a kill.
      try (Edge restarted = new Edge(folder)) {
        HttpResponse<String> head =
            restarted.send("HEAD", upload, new byte[0], "Tus-Resumable", "1.0.0");
        assertThat(header(head, "Upload-Offset")).isEqualTo("0");
      }
    }
    await(() -> edge.store.draftSize(blob).orElse(0L) == 0);
    assertThat(patch(upload, 0, VIDEO).statusCode()).isEqualTo(204);
  }

  // ---- broken connections

  @Test
  void whatCameBeforeTheConnectionBrokeIsKeptAndTheClientGoesOnThere() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket socket = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      socket.getOutputStream().write(VIDEO, 0, 77_777);
    }
    await(() -> offset(upload) == 77_777);
    HttpResponse<String> last = patch(upload, 77_777, part(77_777, VIDEO.length));
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  @Test
  void theNewestRequestWinsOverADeadConnection() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket dead = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      dead.getOutputStream().write(VIDEO, 0, 50_000);
      await(() -> offset(upload) > 0);
      goOnUntilWhole(upload);
      ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
      assertThat(edge.bytes(BlobId.video(id))).isEqualTo(VIDEO);
      assertThat(new String(dead.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void headAnswersWhileSomebodyWrites() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket writer = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      OutputStream out = writer.getOutputStream();
      for (int sent = 0; sent < 5; sent++) {
        out.write(VIDEO, sent, 1);
        int expected = sent + 1;
        await(() -> offset(upload) == expected);
      }
      out.write(VIDEO, 5, VIDEO.length - 5);
      assertThat(new String(writer.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 204");
    }
  }

  @Test
  void manyWritersAtOnceNeverMixTheirBytes() throws Exception {
    String upload = create(VIDEO.length);
    Callable<Void> client = () -> goOnUntilWhole(upload);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> ended : threads.invokeAll(Collections.nCopies(6, client))) {
        ended.get();
      }
    }
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    assertThat(edge.bytes(BlobId.video(id))).isEqualTo(VIDEO);
    assertThat(edge.ledger.find(id)).isPresent();
  }

  private Void goOnUntilWhole(String upload) throws Exception {
    for (int at = (int) offset(upload); at < VIDEO.length; at = (int) offset(upload)) {
      int status = patch(upload, at, part(at, Math.min(VIDEO.length, at + 9_000))).statusCode();
      assertThat(status).isIn(204, 400, 409);
    }
    return null;
  }

  @Test
  void anUploadGoesOnAfterARestart() throws Exception {
    String upload = create(VIDEO.length);
    patch(upload, 0, part(0, 33_333));
    stop();
    start();
    assertThat(offset(upload)).isEqualTo(33_333);
    HttpResponse<String> last = patch(upload, 33_333, part(33_333, VIDEO.length));
    assertThat(edge.bytes(conversion(last).video().blob())).isEqualTo(VIDEO);
  }

  @Test
  void whatAKillKeptFromBecomingAConversionBecomesOneWhenItIsAskedFor() throws Exception {
    String upload = create(10);
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    // All bytes are in the draft, and then the server was killed.
    try (var draft = edge.store.draft(BlobId.video(id))) {
      draft.append(
          java.nio.channels.Channels.newChannel(new java.io.ByteArrayInputStream(part(0, 10))), 10);
    }
    HttpResponse<String> head = tus("HEAD", upload, new byte[0]);
    assertThat(header(head, "Upload-Offset")).isEqualTo("10");
    assertThat(header(head, "Tapedeck-Conversion")).isEqualTo(id.value());
    assertThat(edge.ledger.find(id)).isPresent();
  }

  @Test
  void whatAKillLeftBetweenBlobAndLedgerBecomesAConversionInTheNextRound() throws Exception {
    String upload = create(10);
    ConversionId id = new ConversionId("cnv_" + upload.substring(upload.length() - 26));
    edge.put(BlobId.video(id), part(0, 10));
    edge.clock.advance(Duration.ofHours(25));
    edge.gateway.sweep();
    assertThat(edge.ledger.find(id)).isPresent();
    assertThat(edge.bytes(BlobId.video(id))).isEqualTo(part(0, 10));
  }

  // ---- the end of uploads

  @Test
  void anUploadWithoutBytesForTooLongExpiresAndItsBytesGo() throws Exception {
    String upload = create(VIDEO.length);
    edge.clock.advance(Duration.ofHours(23));
    patch(upload, 0, part(0, 10));
    edge.clock.advance(Duration.ofHours(23));
    assertThat(offset(upload)).isEqualTo(10);
    edge.clock.advance(Duration.ofHours(1));
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(410);
    edge.gateway.sweep();
    assertThat(patch(upload, 10, part(10, 20)).statusCode()).isEqualTo(410);
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      assertThat(drafts).isEmpty();
    }
    edge.clock.advance(Duration.ofDays(2));
    edge.gateway.sweep();
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletedUploadIsGoneAndItsWriterIsHungUp() throws Exception {
    String upload = create(VIDEO.length);
    try (Socket writer = beginPatch(upload, 0, "Content-Length: " + VIDEO.length)) {
      writer.getOutputStream().write(VIDEO, 0, 10);
      await(() -> offset(upload) == 10);
      assertThat(tus("DELETE", upload, new byte[0]).statusCode()).isEqualTo(204);
      assertThat(new String(writer.getInputStream().readNBytes(10), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 4");
    }
    assertThat(tus("HEAD", upload, new byte[0]).statusCode()).isEqualTo(404);
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      assertThat(drafts).isEmpty();
    }
  }

  @Test
  void aWholeUploadIsAConversionAndNotDeletedAsAnUpload() throws Exception {
    String upload = create(10);
    patch(upload, 0, part(0, 10));
    HttpResponse<String> response = tus("DELETE", upload, new byte[0]);
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(Edge.code(response)).isEqualTo("wrong-state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PATCH", "DELETE"})
  void somebodyElsesUploadIsNotThere(String method) throws Exception {
    String upload = create(100);
    HttpResponse<String> response =
        edge.as(
            "bert",
            method,
            upload,
            method.equals("PATCH") ? part(0, 10) : new byte[0],
            "Tus-Resumable",
            "1.0.0",
            "Upload-Offset",
            "0",
            "Content-Type",
            TYPE);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(offset(upload)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"upl_x", "cnv_00000000000000000000000000", "%2e%2e%2fpasswd", "upl_"})
  void whatIsNoUploadIsNotThere(String id) throws Exception {
    assertThat(tus("HEAD", "/v1/uploads/" + id, new byte[0]).statusCode()).isIn(400, 404);
  }

  @Test
  void withoutSigningInNothingIsMade() throws Exception {
    HttpResponse<String> response =
        edge.as(
            "", "POST", "/v1/uploads", new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "9");
    assertThat(response.statusCode()).isEqualTo(401);
  }
}

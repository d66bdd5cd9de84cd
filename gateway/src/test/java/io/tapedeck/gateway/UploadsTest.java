package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** POST /v1/conversions and the tutorial's POST /upload. */
class UploadsTest {
  private static final byte[] VIDEO = new byte[300_000];

  static {
    new Random(7).nextBytes(VIDEO);
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

  private static ConversionId id(HttpResponse<String> response) {
    return new ConversionId(Edge.json(response).get("id").asString());
  }

  private boolean nothingIsKept() throws Exception {
    try (Stream<Path> videos = Files.list(folder.resolve("videos"));
        Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      return Stream.concat(videos, drafts).findAny().isEmpty();
    }
  }

  @Test
  void aFileAndItsOptionsBecomeAQueuedConversionAndConvertersAreTold() throws Exception {
    BlockingQueue<Event.Work> told = new LinkedBlockingQueue<>();
    try (var _ =
        edge.bus.consume(
            EventBus.Queue.VIDEO,
            1,
            event -> {
              told.add(event);
              return EventBus.Verdict.ACK;
            })) {
      HttpResponse<String> response =
          edge.upload("talk.mp4", VIDEO, "bitrate", "192", "start", "1:02.5", "mono", "true");
      assertThat(response.statusCode()).isEqualTo(202);
      ConversionId id = id(response);
      assertThat(response.headers().firstValue("Location")).contains("/v1/conversions/" + id);
      JsonNode document = Edge.json(response);
      assertThat(document.get("state").asString()).isEqualTo("queued");
      assertThat(document.get("video").get("size").asInt()).isEqualTo(VIDEO.length);
      assertThat(document.get("options").get("bitrate").asInt()).isEqualTo(192);
      assertThat(document.get("options").get("start").asDouble()).isEqualTo(62.5);
      assertThat(document.get("mp3").isNull()).isTrue();
      Conversion conversion = edge.ledger.find(id).orElseThrow();
      assertThat(conversion.owner()).isEqualTo(Edge.ANNA);
      assertThat(conversion.options().toText()).isEqualTo("b=192;start=PT1M2.5S;mono");
      assertThat(edge.bytes(BlobId.video(id))).isEqualTo(VIDEO);
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(new Event.VideoStored(id));
    }
  }

  @Test
  void optionsMayStandBehindTheFileAndItsLengthMayBeUnknown() throws Exception {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    byte[] whole = Edge.form("talk.mp4", VIDEO);
    form.write(whole, 0, whole.length - "--B--\r\n".length());
    form.writeBytes(Edge.field("quality", "7"));
    form.writeBytes("--B--\r\n".getBytes(StandardCharsets.US_ASCII));
    HttpResponse<String> response =
        edge.chunked(
            "POST",
            "/v1/conversions",
            form.toByteArray(),
            "Content-Type",
            "multipart/form-data; boundary=B");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(Edge.json(response).get("options").get("quality").asInt()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "quality, 10, quality",
    "quality, x, quality",
    "bitrate, 100, bitrate",
    "start, -1, start",
    "start, 1:2:3:4, start",
    "end, soon, end",
    "mono, maybe, mono",
    "loudness, 0, loudness",
    "loudness, NaN, loudness",
    "track, 0, track",
    "copy, perhaps, copy",
    "qualty, 2, qualty",
  })
  void anOptionThatIsNotPossibleIsRefusedByName(String name, String value, String named)
      throws Exception {
    HttpResponse<String> response = edge.upload("talk.mp4", VIDEO, name, value);
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(Edge.code(response)).isEqualTo("invalid-option");
    assertThat(Edge.json(response).get("detail").asString()).contains(named);
    assertThat(nothingIsKept()).isTrue();
  }

  @Test
  void qualityAndBitrateTogetherAndAnEndBeforeTheStartAreRefused() throws Exception {
    assertThat(Edge.code(edge.upload("a", VIDEO, "quality", "2", "bitrate", "128")))
        .isEqualTo("invalid-option");
    assertThat(Edge.code(edge.upload("a", VIDEO, "start", "9", "end", "8")))
        .isEqualTo("invalid-option");
  }

  @Test
  void whatIsNotAFormWithOneFileOfSomeBytesIsRefused() throws Exception {
    assertThat(Edge.code(edge.upload("empty.mp4", new byte[0]))).isEqualTo("empty-file");
    assertThat(Edge.code(edge.send("POST", "/v1/conversions", VIDEO, "Content-Type", "video/mp4")))
        .isEqualTo("unsupported-media-type");
    byte[] none = "--B--\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(post(none)).isEqualTo("bad-request");
    byte[] one = Edge.form("a.mp4", VIDEO);
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(one, 0, one.length - "--B--\r\n".length());
    two.writeBytes(one);
    assertThat(post(two.toByteArray())).isEqualTo("bad-request");
    assertThat(nothingIsKept()).isTrue();
  }

  private String post(byte[] form) throws Exception {
    return Edge.code(
        edge.send(
            "POST", "/v1/conversions", form, "Content-Type", "multipart/form-data; boundary=B"));
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket socket =
        edge.begin(
            "POST",
            "/v1/conversions",
            "Content-Type: multipart/form-data; boundary=B",
            "Content-Length: " + form.length)) {
      socket.getOutputStream().write(form, 0, 200_000);
      await(() -> !nothingIsKept());
    }
    await(this::nothingIsKept);
    assertThat(edge.ledger.usage(Edge.ANNA, edge.clock.instant()).active()).isZero();
  }

  /** Waits for what another thread does next; a test that hangs is ended by its runner. */
  private static void await(java.util.concurrent.Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void withoutSigningInNothingIsTakenAndAWrongMethodIsTold() throws Exception {
    assertThat(edge.as("", "POST", "/v1/conversions", Edge.form("a", VIDEO)).statusCode())
        .isEqualTo(401);
    assertThat(edge.send("PUT", "/v1/conversions", VIDEO).statusCode()).isEqualTo(405);
  }

  @Test
  void theTutorialsClientHearsSuccess() throws Exception {
    HttpResponse<String> response =
        edge.send(
            "POST",
            "/upload",
            Edge.form("talk.mp4", VIDEO),
            "Content-Type",
            "multipart/form-data; boundary=B");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("success!");
    ConversionId fid = new ConversionId(Edge.json(response).get("fid").asString());
    assertThat(edge.ledger.find(fid).orElseThrow().state()).isEqualTo(new ConversionState.Queued());
  }

  @Test
  void anUploadUnderWayEndsWellWhileTheServerStops() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket socket =
        edge.begin(
            "POST",
            "/v1/conversions",
            "Content-Type: multipart/form-data; boundary=B",
            "Content-Length: " + form.length)) {
      socket.getOutputStream().write(form, 0, 200_000);
      await(() -> !nothingIsKept());
      edge.gateway.close();
      socket.getOutputStream().write(form, 200_000, form.length - 200_000);
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 202");
    }
  }

  @Test
  void whileStoppingNothingNewIsBegun() throws Exception {
    edge.gateway.close();
    HttpResponse<String> response = edge.upload("talk.mp4", VIDEO);
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(Edge.code(response)).isEqualTo("stopping");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }
}

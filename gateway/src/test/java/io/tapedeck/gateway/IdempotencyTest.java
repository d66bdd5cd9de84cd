package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.uploads.IdempotencyKeys;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Idempotency-Key on POST /v1/conversions. */
class IdempotencyTest {
  private static final byte[] VIDEO = new byte[50_000];
  private static final String FORM = "multipart/form-data; boundary=B";

  static {
    new Random(5).nextBytes(VIDEO);
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

  private HttpResponse<String> post(String token, String key, byte[] form) throws Exception {
    return edge.as(
        token, "POST", "/v1/conversions", form, "Content-Type", FORM, "Idempotency-Key", key);
  }

  private static String id(HttpResponse<String> response) {
    return Edge.json(response).get("id").asString();
  }

  private int conversions() throws Exception {
    return Edge.json(edge.get("/v1/conversions")).get("conversions").size();
  }

  @Test
  void theSameRequestTwiceIsOneConversionAndTheFirstAnswer() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO, "quality", "3");
    HttpResponse<String> first = post("anna", "k1", form);
    edge.ledger.cancel(new ConversionId(id(first)));
    HttpResponse<String> again = post("anna", "k1", form);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(conversions()).isEqualTo(1);
  }

  @Test
  void theAnswerIsRememberedOverARestartForADayAtLeast() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    String first = id(post("anna", "k1", form));
    stop();
    start();
    edge.clock.advance(Duration.ofHours(24));
    edge.gateway.sweep();
    assertThat(id(post("anna", "k1", form))).isEqualTo(first);
    edge.clock.advance(Duration.ofHours(25));
    edge.gateway.sweep();
    assertThat(id(post("anna", "k1", form))).isNotEqualTo(first);
  }

  @Test
  void aKeyForAnotherRequestIsRefused() throws Exception {
    post("anna", "k1", Edge.form("talk.mp4", VIDEO, "quality", "3"));
    for (byte[] other :
        new byte[][] {
          Edge.form("talk.mp4", VIDEO, "quality", "4"),
          Edge.form("talk.mp5", VIDEO, "quality", "3"),
          Edge.form("talk.mp4", new byte[VIDEO.length - 1], "quality", "3"),
          Edge.form("talk.mp4", new byte[VIDEO.length], "quality", "3"),
        }) {
      HttpResponse<String> response = post("anna", "k1", other);
      assertThat(response.statusCode()).isEqualTo(422);
      assertThat(Edge.code(response)).isEqualTo("idempotency-key-reused");
    }
  }

  @Test
  void twoPeopleMayHaveTheSameKey() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    assertThat(id(post("anna", "k1", form))).isNotEqualTo(id(post("bert", "k1", form)));
  }

  @Test
  void aRefusedRequestDoesNotUseTheKeyUp() throws Exception {
    assertThat(post("anna", "k1", Edge.form("talk.mp4", new byte[0])).statusCode()).isEqualTo(400);
    assertThat(post("anna", "k1", Edge.form("talk.mp4", VIDEO)).statusCode()).isEqualTo(202);
  }

  @Test
  void whileTheFirstIsUnderWayTheSecondIsTold() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket first = begin("k1", form)) {
      first.getOutputStream().write(form, 0, 30_000);
      await(this::somethingIsWritten);
      HttpResponse<String> second = post("anna", "k1", form);
      assertThat(second.statusCode()).isEqualTo(409);
      assertThat(Edge.code(second)).isEqualTo("idempotency-key-in-use");
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
      first.getOutputStream().write(form, 30_000, form.length - 30_000);
      assertThat(new String(first.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 202");
    }
    assertThat(conversions()).isEqualTo(1);
  }

  private boolean somethingIsWritten() throws Exception {
    try (Stream<Path> drafts = Files.list(folder.resolve("uploads"))) {
      return drafts.findAny().isPresent();
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.onSpinWait();
    }
  }

  private Socket begin(String key, byte[] form) throws Exception {
    return edge.begin(
        "POST",
        "/v1/conversions",
        "Content-Type: " + FORM,
        "Content-Length: " + form.length,
        "Idempotency-Key: " + key);
  }

  @Test
  void afterABrokenConnectionTheSameKeyWorksAtOnce() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    try (Socket first = begin("k1", form)) {
      first.getOutputStream().write(form, 0, 30_000);
    }
    HttpResponse<String> second = post("anna", "k1", form);
    while (second.statusCode() == 409) {
      second = post("anna", "k1", form);
    }
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(edge.bytes(BlobId.video(new ConversionId(id(second))))).isEqualTo(VIDEO);
    assertThat(conversions()).isEqualTo(1);
  }

  @Test
  void afterAKillAnotherTakesOverWhenTheLeaseHasEndedAndGoesOnWithTheSameConversion()
      throws Exception {
    IdempotencyKeys keys = new IdempotencyKeys(edge.database, Duration.ofDays(2), edge.clock);
    byte[] form = Edge.form("talk.mp4", VIDEO);
    String fingerprint =
        IdempotencyKeys.fingerprint("POST", "/v1/conversions", "" + form.length, "talk.mp4", "{}");
    // A request that got so far and no further, with half a draft.
    ConversionId claimed = ConversionId.at(edge.clock.instant());
    keys.claim(Edge.ANNA, "k1", fingerprint, claimed);
    try (var draft = edge.store.draft(BlobId.video(claimed))) {
      draft.append(
          java.nio.channels.Channels.newChannel(new java.io.ByteArrayInputStream(new byte[999])),
          999);
    }
    assertThat(post("anna", "k1", form).statusCode()).isEqualTo(409);
    edge.clock.advance(IdempotencyKeys.LEASE.plusSeconds(1));
    HttpResponse<String> response = post("anna", "k1", form);
    assertThat(id(response)).isEqualTo(claimed.value());
    assertThat(edge.bytes(BlobId.video(claimed))).isEqualTo(VIDEO);
  }

  @Test
  void afterAKillBehindTheLedgerTheConversionIsThereAndNothingIsDoneTwice() throws Exception {
    byte[] form = Edge.form("talk.mp4", VIDEO);
    String first = id(post("anna", "k1", form));
    edge.database.write(
        handle -> handle.execute("UPDATE idempotency_key SET answer = NULL, leased_until = 0"));
    HttpResponse<String> again = post("anna", "k1", form);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(id(again)).isEqualTo(first);
    assertThat(conversions()).isEqualTo(1);
  }

  @Test
  void aKeyThatIsNoneIsRefused() throws Exception {
    for (String key : new String[] {"has space", "k".repeat(256)}) {
      HttpResponse<String> response = post("anna", key, Edge.form("a", VIDEO));
      assertThat(response.statusCode()).isEqualTo(400);
    }
  }
}

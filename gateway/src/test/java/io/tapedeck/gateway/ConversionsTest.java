package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.Progress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Conversions listed, looked at, waited for and steered. */
class ConversionsTest {
  private static final byte[] NONE = new byte[0];

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

  private static String path(Conversion conversion) {
    return "/v1/conversions/" + conversion.id();
  }

  private JsonNode document(Conversion conversion) throws Exception {
    HttpResponse<String> response = edge.get(path(conversion));
    assertThat(response.statusCode()).isEqualTo(200);
    return Edge.json(response);
  }

  private Kind kind(Conversion conversion) {
    return edge.ledger.find(conversion.id()).orElseThrow().state().kind();
  }

  // ---- one

  @Test
  void aReadyOneNamesItsMp3AndWhatIsToBeKnownOfIt() throws Exception {
    JsonNode document = document(edge.ready(Edge.ANNA, "my talk.mp4", new byte[1234]));
    assertThat(document.get("state").asString()).isEqualTo("ready");
    assertThat(document.get("progress").asDouble()).isEqualTo(1);
    JsonNode mp3 = document.get("mp3");
    assertThat(mp3.get("name").asString()).isEqualTo("my talk.mp3");
    assertThat(mp3.get("size").asInt()).isEqualTo(1234);
    assertThat(mp3.get("duration").asDouble()).isEqualTo(2.5);
    assertThat(mp3.get("url").asString())
        .isEqualTo(edge.uri("/v1/conversions/" + document.get("id").asString() + "/mp3") + "");
    assertThat(mp3.get("copied").asBoolean()).isFalse();
    assertThat(mp3.get("warnings").get(0).asString()).isEqualTo("a scratch at 00:00:01");
    assertThat(document.get("problem").isNull()).isTrue();
    assertThat(document.get("createdAt").asString()).startsWith("2026-03-01T12:00:00");
  }

  @Test
  void aFailedOneSaysWhyAndWhatToDo() throws Exception {
    JsonNode problem = document(edge.failed(Edge.ANNA, "film.mp4")).get("problem");
    assertThat(problem.get("code").asString()).isEqualTo("no-audio-track");
    assertThat(problem.get("title").asString()).isEqualTo("The file has no audio track");
    assertThat(problem.get("detail").asString()).isEqualTo("only a picture");
    assertThat(problem.get("hint").asString()).isNotEmpty();
    assertThat(problem.get("retryable").asBoolean()).isFalse();
  }

  @Test
  void oneUnderWayTellsHowFarAndHowFast() throws Exception {
    Conversion conversion = edge.converting(Edge.ANNA, "talk.mp4");
    edge.ledger.renew(Edge.lease(conversion), Duration.ofMinutes(1), new Progress(0.25, 41.5));
    JsonNode document = document(conversion);
    assertThat(document.get("state").asString()).isEqualTo("converting");
    assertThat(document.get("progress").asDouble()).isEqualTo(0.25);
    assertThat(document.get("speed").asDouble()).isEqualTo(41.5);
  }

  @Test
  void aQueuedOneKnowsItsPlace() throws Exception {
    edge.queued(Edge.BERT, "first.mp4");
    Conversion second = edge.queued(Edge.ANNA, "second.mp4");
    assertThat(document(second).get("queuePosition").asInt()).isEqualTo(2);
    assertThat(document(edge.failed(Edge.ANNA, "x")).get("queuePosition").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnv_0", "nonsense", "cnv_00000000000000000000000000"})
  void whatIsNoConversionIsNotThere(String id) throws Exception {
    HttpResponse<String> response = edge.get("/v1/conversions/" + id);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Edge.code(response)).isEqualTo("not-found");
  }

  // ---- waiting

  @Test
  void whoWaitsIsAnsweredWhenItHasEnded() throws Exception {
    Conversion conversion = edge.converting(Edge.ANNA, "talk.mp4");
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> quietly(path(conversion) + "?wait=60"));
    edge.ledger.renew(Edge.lease(conversion), Duration.ofMinutes(1), new Progress(0.5, 1));
    edge.bus.tell(new Event.Changed(conversion.id(), Edge.ANNA));
    edge.ledger.cancel(conversion.id());
    edge.bus.tell(new Event.Changed(conversion.id(), Edge.ANNA));
    assertThat(Edge.json(answer.get(30, TimeUnit.SECONDS)).get("state").asString())
        .isEqualTo("cancelled");
  }

  private HttpResponse<String> quietly(String path) {
    try {
      return edge.get(path);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoWaitsIsAnsweredWhenTheTimeIsOverOrTheServerStops() throws Exception {
    Conversion conversion = edge.queued(Edge.ANNA, "talk.mp4");
    assertThat(Edge.json(edge.get(path(conversion) + "?wait=1")).get("state").asString())
        .isEqualTo("queued");
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> quietly(path(conversion) + "?wait=60"));
    edge.gateway.close();
    assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?wait=61", "?wait=-1", "?wait=x"})
  void aWaitThatIsNoneIsRefused(String query) throws Exception {
    Conversion conversion = edge.queued(Edge.ANNA, "talk.mp4");
    assertThat(edge.get(path(conversion) + query).statusCode()).isEqualTo(400);
  }

  // ---- lists

  @Test
  void aListIsNewestFirstAndItsPagesMissAndRepeatNothing() throws Exception {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.addFirst(edge.queued(Edge.ANNA, "talk " + i + ".mp4").id().value());
    }
    edge.queued(Edge.BERT, "not hers.mp4");
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = Edge.json(edge.get("/v1/conversions?limit=3" + cursor));
      page.get("conversions").forEach(each -> seen.add(each.get("id").asString()));
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asString();
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(made);
  }

  @Test
  void aListKeepsToStatesAndToNames() throws Exception {
    Conversion ready = edge.ready(Edge.ANNA, "Lecture Käse.mp4", new byte[9]);
    Conversion failed = edge.failed(Edge.ANNA, "lecture two.mp4");
    edge.queued(Edge.ANNA, "other.mp4");
    assertThat(ids("?state=ready,failed")).containsExactly(failed.id().value(), ready.id().value());
    assertThat(ids("?q=LECTURE")).hasSize(2);
    assertThat(ids("?q=k%C3%A4se&state=ready")).containsExactly(ready.id().value());
    assertThat(ids("?q=nothing")).isEmpty();
  }

  private List<String> ids(String query) throws Exception {
    List<String> ids = new ArrayList<>();
    Edge.json(edge.get("/v1/conversions" + query))
        .get("conversions")
        .forEach(each -> ids.add(each.get("id").asString()));
    return ids;
  }

  @ParameterizedTest
  @ValueSource(strings = {"?limit=0", "?limit=101", "?limit=x", "?cursor=cnv_1", "?state=done"})
  void aListThatCannotBeIsRefused(String query) throws Exception {
    assertThat(edge.get("/v1/conversions?" + query.substring(1)).statusCode()).isEqualTo(400);
  }

  // ---- steering

  @Test
  void aFailedOneIsTriedAgainAndOnlyAFailedOne() throws Exception {
    Conversion failed = edge.failed(Edge.ANNA, "talk.mp4");
    HttpResponse<String> response = edge.send("POST", path(failed) + "/retry", NONE);
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(Edge.json(response).get("state").asString()).isEqualTo("queued");
    HttpResponse<String> again = edge.send("POST", path(failed) + "/retry", NONE);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(Edge.code(again)).isEqualTo("wrong-state");
    assertThat(Edge.json(again).get("detail").asString()).contains("queued");
  }

  @Test
  void aCancelledOneStopsItsConverterAndItsVideoGoes() throws Exception {
    BlockingQueue<Event.Notice> told = new LinkedBlockingQueue<>();
    Conversion conversion = edge.converting(Edge.ANNA, "talk.mp4");
    edge.put(BlobId.video(conversion.id()), new byte[3]);
    try (var _ = edge.bus.listen(told::add)) {
      HttpResponse<String> response = edge.send("POST", path(conversion) + "/cancel", NONE);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(Edge.json(response).get("state").asString()).isEqualTo("cancelled");
      assertThat(told.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new Event.Stopped(conversion.id(), Edge.ANNA));
      assertThat(told.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new Event.Changed(conversion.id(), Edge.ANNA));
    }
    assertThat(edge.store.size(BlobId.video(conversion.id()))).isEmpty();
    assertThat(edge.send("POST", path(conversion) + "/cancel", NONE).statusCode()).isEqualTo(200);
  }

  @Test
  void aReadyOneIsNotCancelled() throws Exception {
    Conversion ready = edge.ready(Edge.ANNA, "talk.mp4", new byte[9]);
    assertThat(edge.send("POST", path(ready) + "/cancel", NONE).statusCode()).isEqualTo(409);
    assertThat(kind(ready)).isEqualTo(Kind.READY);
  }

  @Test
  void aDeletedOneIsNoLongerListedAndItsBytesGo() throws Exception {
    Conversion ready = edge.ready(Edge.ANNA, "talk.mp4", new byte[9]);
    BlobId mp3 = ((ConversionState.Ready) ready.state()).mp3().blob();
    edge.put(BlobId.video(ready.id()), new byte[3]);
    assertThat(edge.send("DELETE", path(ready), NONE).statusCode()).isEqualTo(204);
    assertThat(ids("")).isEmpty();
    assertThat(edge.store.size(mp3)).isEmpty();
    assertThat(edge.store.size(BlobId.video(ready.id()))).isEmpty();
    assertThat(edge.get(path(ready) + "/mp3").statusCode()).isEqualTo(404);
    assertThat(document(ready).get("state").asString()).isEqualTo("expired");
    assertThat(edge.send("DELETE", path(ready), NONE).statusCode()).isEqualTo(204);
  }

  @Test
  void oneUnderWayIsDeletedTooAndItsConverterStops() throws Exception {
    BlockingQueue<Event.Notice> told = new LinkedBlockingQueue<>();
    Conversion conversion = edge.converting(Edge.ANNA, "talk.mp4");
    try (var _ = edge.bus.listen(told::add)) {
      assertThat(edge.send("DELETE", path(conversion), NONE).statusCode()).isEqualTo(204);
      assertThat(told.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new Event.Stopped(conversion.id(), Edge.ANNA));
    }
    assertThat(kind(conversion)).isEqualTo(Kind.EXPIRED);
  }

  // ---- owners

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET ",
        "GET ?wait=1",
        "DELETE ",
        "POST /retry",
        "POST /cancel",
        "POST /links",
        "GET /mp3",
        "HEAD /mp3",
      })
  void somebodyElsesIsNotThereWhateverIsAsked(String line) throws Exception {
    String method = line.substring(0, line.indexOf(' '));
    String rest = line.substring(line.indexOf(' ') + 1);
    for (Conversion hers :
        List.of(
            edge.ready(Edge.ANNA, "a.mp4", new byte[9]),
            edge.failed(Edge.ANNA, "b.mp4"),
            edge.queued(Edge.ANNA, "c.mp4"))) {
      Kind before = kind(hers);
      assertThat(edge.as("bert", method, path(hers) + rest, NONE).statusCode()).isEqualTo(404);
      assertThat(edge.as("", method, path(hers) + rest, NONE).statusCode()).isEqualTo(401);
      assertThat(kind(hers)).isEqualTo(before);
    }
  }

  @Test
  void theTutorialsDownloadIsTheOwnersOnly() throws Exception {
    String query = "/download?fid=" + edge.ready(Edge.ANNA, "a.mp4", new byte[9]).id();
    assertThat(edge.get(query).statusCode()).isEqualTo(200);
    assertThat(edge.as("bert", "GET", query, NONE).statusCode()).isEqualTo(404);
    assertThat(edge.get("/download").statusCode()).isEqualTo(400);
  }
}

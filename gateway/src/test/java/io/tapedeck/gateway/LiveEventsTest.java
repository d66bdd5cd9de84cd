package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.Progress;
import io.tapedeck.http.Json;
import io.tapedeck.uploads.Quota;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** GET /v1/events, with a reader of the format by hand. */
class LiveEventsTest {
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

  /** What came: an event, or a comment with type {@code :}. */
  private record Told(String type, String id, String data) {
    JsonNode json() {
      return Json.tree(data);
    }
  }

  /** One open stream. */
  private final class Listener implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    Listener(String token, String... headers) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(edge.uri("/v1/events")).header("Authorization", "Bearer " + token);
      HttpResponse<InputStream> response =
          edge.client()
              .send(
                  (headers.length == 0 ? request : request.headers(headers)).build(),
                  BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
      body = response.body();
      lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo("retry: 3000");
      assertThat(lines.readLine()).isEmpty();
    }

    /** The next one, or null at the end. */
    Told next() throws IOException {
      String type = "";
      String id = "";
      String data = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          return new Told(type, id, data);
        }
        String value = line.substring(line.indexOf(':') + 1).strip();
        switch (line.substring(0, line.indexOf(':'))) {
          case "" -> type = ":";
          case "event" -> type = value;
          case "id" -> id = value;
          case "data" -> data = value;
          default -> throw new AssertionError("a line of no known kind: " + line);
        }
      }
      return null;
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  private Conversion progress(Conversion conversion, double fraction) {
    edge.clock.advance(Duration.ofSeconds(1));
    Conversion moved =
        Edge.done(
            edge.ledger.renew(
                Edge.lease(conversion), Duration.ofHours(9), new Progress(fraction, 1)));
    edge.bus.tell(new Event.Changed(moved.id(), moved.owner()));
    return moved;
  }

  @Test
  void aNewStreamBeginsWithAllThatHaveNotEndedAndGoesOnWithWhatChanges() throws Exception {
    edge.ready(Edge.ANNA, "done.mp4", new byte[5]);
    Conversion queued = edge.queued(Edge.ANNA, "waits.mp4");
    Conversion converting = edge.converting(Edge.ANNA, "runs.mp4");
    try (Listener anna = new Listener("anna")) {
      assertThat(
              List.of(
                  anna.next().json().get("id").asString(), anna.next().json().get("id").asString()))
          .containsExactlyInAnyOrder(queued.id().value(), converting.id().value());
      progress(converting, 0.5);
      Told told = anna.next();
      assertThat(told.type()).isEqualTo("conversion");
      assertThat(told.json().get("progress").asDouble()).isEqualTo(0.5);
      assertThat(told.id()).isEqualTo("" + edge.clock.millis());
    }
  }

  @Test
  void everyoneHearsOfTheirOwnOnly() throws Exception {
    try (Listener anna = new Listener("anna");
        Listener bert = new Listener("bert")) {
      Conversion hers = edge.ready(Edge.ANNA, "hers.mp4", new byte[5]);
      Conversion his = edge.ready(Edge.BERT, "his.mp4", new byte[5]);
      assertThat(anna.next().json().get("id").asString()).isEqualTo(hers.id().value());
      assertThat(bert.next().json().get("id").asString()).isEqualTo(his.id().value());
    }
  }

  @Test
  void whoComesBackHearsWhatChangedMeanwhileDeletedOnesToo() throws Exception {
    Conversion first = edge.converting(Edge.ANNA, "first.mp4");
    String last;
    try (Listener anna = new Listener("anna")) {
      last = anna.next().id();
    }
    edge.clock.advance(Duration.ofMinutes(10));
    Conversion second = edge.ready(Edge.ANNA, "second.mp4", new byte[5]);
    edge.send("DELETE", "/v1/conversions/" + first.id(), new byte[0]);
    try (Listener anna = new Listener("anna", "Last-Event-ID", last)) {
      List<JsonNode> told = List.of(anna.next().json(), anna.next().json());
      assertThat(told)
          .extracting(each -> each.get("id").asString() + " " + each.get("state").asString())
          .containsExactlyInAnyOrder(second.id() + " ready", first.id() + " expired");
    }
  }

  @Test
  void whatWasWrittenDownAMomentBeforeTheLastEventIsNotMissed() throws Exception {
    Conversion late = edge.queued(Edge.ANNA, "late.mp4");
    edge.clock.advance(Duration.ofSeconds(2));
    String last = "" + edge.clock.millis();
    try (Listener anna = new Listener("anna", "Last-Event-ID", last)) {
      assertThat(anna.next().json().get("id").asString()).isEqualTo(late.id().value());
    }
  }

  @Test
  void manyChangesOfOneMomentAreAllReplayed() throws Exception {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 450; i++) {
      made.add(edge.queued(Edge.ANNA, "v" + i).id().value());
    }
    edge.clock.advance(Duration.ofSeconds(100));
    for (String id : made) {
      edge.ledger.cancel(new ConversionId(id));
    }
    try (Listener anna = new Listener("anna", "Last-Event-ID", "" + edge.clock.millis())) {
      Set<String> told = new HashSet<>();
      while (told.size() < made.size()) {
        told.add(anna.next().json().get("id").asString());
      }
      assertThat(told).isEqualTo(made);
    }
  }

  @Test
  void aLastEventIdThatIsNoneIsRefused() throws Exception {
    assertThat(edge.get("/v1/events", "Last-Event-ID", "abc").statusCode()).isEqualTo(400);
    assertThat(edge.as("", "GET", "/v1/events", new byte[0]).statusCode()).isEqualTo(401);
  }

  @Test
  void anIdleStreamShowsThatItLivesAndEndsWhenItIsOld() throws Exception {
    stop();
    edge =
        new Edge(
            folder,
            settings ->
                Edge.withHeartbeat(settings, Duration.ofMillis(20), Duration.ofMillis(200)));
    try (Listener anna = new Listener("anna")) {
      List<Told> told = new ArrayList<>();
      for (Told next = anna.next(); next != null; next = anna.next()) {
        told.add(next);
      }
      assertThat(told).isNotEmpty().allMatch(each -> each.type().equals(":"));
    }
  }

  @Test
  void aChangeNobodyToldOfIsSeenAfterSomeQuiet() throws Exception {
    stop();
    edge =
        new Edge(
            folder,
            settings -> Edge.withHeartbeat(settings, Duration.ofMillis(20), Duration.ofMinutes(5)));
    try (Listener anna = new Listener("anna")) {
      Conversion silent = edge.queued(Edge.ANNA, "silent.mp4");
      Told told = anna.next();
      while (told.type().equals(":")) {
        told = anna.next();
      }
      assertThat(told.json().get("id").asString()).isEqualTo(silent.id().value());
    }
  }

  @Test
  void aServerThatStopsEndsItsStreams() throws Exception {
    try (Listener anna = new Listener("anna")) {
      edge.gateway.close();
      assertThat(anna.next()).isNull();
    }
    assertThat(edge.get("/v1/events").statusCode()).isEqualTo(503);
  }

  @Test
  void aReaderWhoDoesNotReadCostsNoMemoryAndHoldsUpNobody() throws Exception {
    try (ChangeFeed changes = new ChangeFeed(edge.bus);
        ChangeFeed.Box slow = changes.open(Edge.ANNA)) {
      for (int i = 0; i < 10_000; i++) {
        edge.bus.tell(new Event.Changed(id(i % 5), Edge.ANNA));
      }
      assertThat(slow.take(Duration.ZERO))
          .isInstanceOfSatisfying(
              ChangeFeed.Found.Changes.class, found -> assertThat(found.conversions()).hasSize(5));
      for (int i = 0; i < 10_000; i++) {
        edge.bus.tell(new Event.Changed(id(i), Edge.ANNA));
      }
      assertThat(slow.take(Duration.ZERO)).isEqualTo(new ChangeFeed.Found.TooMuch());
      assertThat(slow.take(Duration.ZERO)).isEqualTo(new ChangeFeed.Found.Nothing());
    }
  }

  private static ConversionId id(int number) {
    return new ConversionId("cnv_%026d".formatted(number));
  }

  @Test
  void hundredsOfIdleStreamsAreHeldAndHeardWhileOthersAreAnswered() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        sockets.add(edge.begin("GET", "/v1/events"));
      }
      for (Socket socket : sockets) {
        awaitText(socket, "retry: 3000");
      }
      Conversion conversion = edge.ready(Edge.ANNA, "talk.mp4", new byte[5]);
      assertThat(edge.get("/v1/conversions/" + conversion.id()).statusCode()).isEqualTo(200);
      for (Socket socket : sockets) {
        awaitText(socket, conversion.id().value());
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void awaitText(Socket socket, String text) throws IOException {
    StringBuilder seen = new StringBuilder();
    byte[] buffer = new byte[4096];
    while (seen.indexOf(text) < 0) {
      int count = socket.getInputStream().read(buffer);
      assertThat(count).as("bytes before " + text).isPositive();
      seen.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void aStreamEndsWithItsSession() throws Exception {
    try (Listener anna = new Listener("anna");
        Listener bert = new Listener("bert")) {
      edge.ready(Edge.ANNA, "one.mp4", new byte[5]);
      assertThat(anna.next().type()).isEqualTo("conversion");
      edge.ended.add("anna");
      edge.ready(Edge.ANNA, "two.mp4", new byte[5]);
      assertThat(anna.next()).isNull();
      edge.ready(Edge.BERT, "his.mp4", new byte[5]);
      assertThat(bert.next().type()).isEqualTo("conversion");
    }
  }

  @Test
  void anAccountHasOnlySoManyStreams() throws Exception {
    stop();
    edge =
        new Edge(
            folder,
            settings -> Edge.withQuota(settings, new Quota(1 << 20, Duration.ofDays(1), 9, 2, 9)));
    try (Listener _ = new Listener("anna");
        Listener _ = new Listener("anna");
        Listener _ = new Listener("bert")) {
      assertThat(edge.get("/v1/events").statusCode()).isEqualTo(429);
    }
  }
}

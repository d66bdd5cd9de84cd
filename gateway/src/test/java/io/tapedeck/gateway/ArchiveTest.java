package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** All MP3s of an account as one ZIP. */
class ArchiveTest {
  private static final byte[] NONE = new byte[0];

  @TempDir Path folder;
  private Edge edge;
  private Conversion first;

  @BeforeEach
  void start() {
    edge = new Edge(folder);
    first = ready("Käse.mp4", "one");
    ready("Käse.mov", "two");
    ready("other.mp4", "three");
    edge.ready(Edge.BERT, "Bert's.mp4", "private".getBytes(StandardCharsets.UTF_8));
    edge.queued(Edge.ANNA, "later.mp4");
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private Conversion ready(String name, String bytes) {
    return edge.ready(Edge.ANNA, name, bytes.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode described(String query) throws Exception {
    HttpResponse<String> response = edge.get("/v1/archive" + query);
    assertThat(response.statusCode()).isEqualTo(200);
    return Edge.json(response);
  }

  private String path(JsonNode described) {
    return described.get("url").asString().substring(edge.uri("").toString().length());
  }

  private static Map<String, String> files(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(200);
    return files(response.body().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Map<String, String> files(byte[] zip) throws Exception {
    Map<String, String> files = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  @Test
  void allReadyMp3sOfTheAccountComeAsOneZipOfTheForetoldSize() throws Exception {
    JsonNode described = described("");
    HttpResponse<String> zip = edge.as("", "GET", path(described), NONE);
    assertThat(files(zip))
        .isEqualTo(Map.of("Käse.mp3", "one", "Käse (2).mp3", "two", "other.mp3", "three"));
    assertThat(described.get("conversions").asInt()).isEqualTo(3);
    assertThat(zip.headers().firstValue("Content-Length"))
        .contains(described.get("size").asString());
    assertThat(zip.headers().firstValue("Content-Disposition").orElse(""))
        .matches("attachment; filename=\"Tapedeck \\d{4}-\\d\\d-\\d\\d\\.zip\"");
    assertThat(files(edge.get("/v1/archive/zip"))).hasSize(3);
  }

  @Test
  void aSearchChoosesByName() throws Exception {
    JsonNode described = described("?q=K%C3%84S");
    assertThat(described.get("conversions").asInt()).isEqualTo(2);
    assertThat(files(edge.as("", "GET", path(described), NONE)).keySet())
        .containsExactly("Käse.mp3", "Käse (2).mp3");
  }

  @Test
  void aDownloadResumesOverTheSameFilesWhileOthersBecomeReady() throws Exception {
    String path = path(described(""));
    HttpResponse<String> whole = edge.as("", "GET", path, NONE);
    String etag = whole.headers().firstValue("ETag").orElseThrow();
    edge.clock.advance(Duration.ofHours(1));
    ready("newer.mp4", "four");
    HttpResponse<String> rest =
        edge.as("", "GET", path, NONE, "Range", "bytes=40-", "If-Range", etag);
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo(whole.body().substring(40));
    assertThat(edge.send("DELETE", "/v1/conversions/" + first.id(), NONE).statusCode())
        .isEqualTo(204);
    HttpResponse<String> again =
        edge.as("", "GET", path, NONE, "Range", "bytes=40-", "If-Range", etag);
    assertThat(files(again)).isEqualTo(Map.of("Käse.mp3", "two", "other.mp3", "three"));
  }

  @Test
  void anMp3ThatWasMadeBeforeItsChecksumWasKeptIsReadForIt() throws Exception {
    assertThat(((ConversionState.Ready) first.state()).mp3().crc32()).isNull();
    assertThat(files(edge.get("/v1/archive/zip"))).containsEntry("Käse.mp3", "one");
  }

  @Test
  void aLinkThatWasChangedOrHasExpiredIsRefused() throws Exception {
    String path = path(described(""));
    for (String bad :
        new String[] {
          path.replaceFirst("account=[^&]+", "account=" + Edge.BERT),
          path.replaceFirst("account=[^&]+", "account=x"),
          path.replaceFirst("by=\\d+", "by=99999999999999"),
          path.replaceFirst("q=", "q=a"),
          path.replaceFirst("expires=", "expires=1"),
        }) {
      HttpResponse<String> refused = edge.as("", "GET", bad, NONE);
      assertThat(refused.statusCode()).as(bad).isEqualTo(403);
      assertThat(Edge.code(refused)).isEqualTo("link-expired");
    }
    edge.clock.advance(Duration.ofHours(25));
    assertThat(Edge.code(edge.as("", "GET", path, NONE))).isEqualTo("link-expired");
  }

  @Test
  void aLinkToWhatHasBeenDeletedSaysSo() throws Exception {
    ready("gone.mp4", "gone");
    String path = path(described("?q=gone"));
    Conversion gone = edge.ledger.readyBy(Edge.ANNA, edge.clock.instant(), "gone", 1).getFirst();
    edge.send("DELETE", "/v1/conversions/" + gone.id(), NONE);
    assertThat(edge.as("", "GET", path, NONE).statusCode()).isEqualTo(404);
  }
}

package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** MP3s going out, and links to them. The rules of ranges themselves are tested in http. */
class DownloadsTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] MP3 = new byte[3_000_000];

  static {
    new Random(3).nextBytes(MP3);
  }

  @TempDir Path folder;
  private Edge edge;
  private Conversion conversion;
  private String path;

  @BeforeEach
  void start() {
    edge = new Edge(folder);
    conversion = edge.ready(Edge.ANNA, "Käse & \"Brot\".mp4", MP3);
    path = "/v1/conversions/" + conversion.id() + "/mp3";
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private static byte[] bytes(HttpResponse<String> response) {
    return response.body().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void theWholeComesWithItsNameAndDigest() throws Exception {
    HttpResponse<String> response = edge.get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(bytes(response)).isEqualTo(MP3);
    assertThat(header(response, "Content-Type")).isEqualTo("audio/mpeg");
    assertThat(header(response, "Content-Length")).isEqualTo("" + MP3.length);
    assertThat(header(response, "ETag")).isEqualTo('"' + Edge.sha256(MP3) + '"');
    assertThat(header(response, "Repr-Digest"))
        .isEqualTo(
            "sha-256=:" + Base64.getEncoder().encodeToString(Edge.digest("SHA-256", MP3)) + ":");
    assertThat(header(response, "Content-Disposition"))
        .isEqualTo(
            "attachment; filename=\"Kase & _Brot_.mp3\";"
                + " filename*=UTF-8''K%C3%A4se%20&%20%22Brot%22.mp3");
    assertThat(header(response, "Cache-Control")).isEqualTo("private, no-cache");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
  }

  @Test
  void headTellsTheSameWithoutTheBytes() throws Exception {
    HttpResponse<String> response = edge.send("HEAD", path, NONE);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo("" + MP3.length);
    assertThat(header(response, "Repr-Digest")).isNotEmpty();
    assertThat(response.body()).isEmpty();
  }

  @Test
  void aPlayerSeeksByRanges() throws Exception {
    HttpResponse<String> middle = edge.get(path, "Range", "bytes=1000000-1999999");
    assertThat(middle.statusCode()).isEqualTo(206);
    assertThat(bytes(middle)).isEqualTo(Arrays.copyOfRange(MP3, 1_000_000, 2_000_000));
    HttpResponse<String> end = edge.get(path, "Range", "bytes=-10");
    assertThat(bytes(end)).isEqualTo(Arrays.copyOfRange(MP3, MP3.length - 10, MP3.length));
    HttpResponse<String> two = edge.get(path, "Range", "bytes=0-1,2999998-");
    assertThat(header(two, "Content-Type")).startsWith("multipart/byteranges");
    assertThat(edge.get(path, "Range", "bytes=3000000-").statusCode()).isEqualTo(416);
  }

  @Test
  void aDownloadThatBrokeOffGoesOnOnlyOverTheSameBytes() throws Exception {
    String etag = header(edge.get(path), "ETag");
    assertThat(edge.get(path, "Range", "bytes=5-", "If-Range", etag).statusCode()).isEqualTo(206);
    assertThat(edge.get(path, "Range", "bytes=5-", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    assertThat(edge.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  @Test
  void whereThereIsNoMp3ItSaysWhatThereIs() throws Exception {
    Conversion queued = edge.queued(Edge.ANNA, "later.mp4");
    HttpResponse<String> response = edge.get("/v1/conversions/" + queued.id() + "/mp3");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Edge.json(response).get("detail").asString()).contains("queued");
    BlobId blob = ((ConversionState.Ready) conversion.state()).mp3().blob();
    edge.store.delete(blob);
    assertThat(edge.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void theTutorialsClientGetsTheSameBytes() throws Exception {
    assertThat(bytes(edge.get("/download?fid=" + conversion.id()))).isEqualTo(MP3);
  }

  // ---- links

  private JsonNode link(String body) throws Exception {
    HttpResponse<String> response =
        edge.send(
            "POST",
            "/v1/conversions/" + conversion.id() + "/links",
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(response.statusCode()).isEqualTo(201);
    return Edge.json(response);
  }

  private HttpResponse<String> anybody(String url) throws Exception {
    return edge.as("", "GET", url.substring(edge.uri("").toString().length()), NONE);
  }

  @Test
  void aLinkWorksForAnybodyUntilItsTimeIsOver() throws Exception {
    JsonNode link = link("{\"seconds\":60}");
    String url = link.get("url").asString();
    assertThat(link.get("expiresAt").asString()).startsWith("2026-03-01T12:01:00");
    assertThat(bytes(anybody(url))).isEqualTo(MP3);
    edge.clock.advance(Duration.ofSeconds(61));
    HttpResponse<String> late = anybody(url);
    assertThat(late.statusCode()).isEqualTo(403);
    assertThat(Edge.code(late)).isEqualTo("link-expired");
  }

  @Test
  void aLinkIsForADayWhenNothingIsSaid() throws Exception {
    HttpResponse<String> response =
        edge.send("POST", "/v1/conversions/" + conversion.id() + "/links", NONE);
    assertThat(Edge.json(response).get("expiresAt").asString()).startsWith("2026-03-02T12:00:00");
    assertThat(link("{}").get("expiresAt").asString()).startsWith("2026-03-02T12:00:00");
  }

  @Test
  void aLinkThatWasTamperedWithIsRefused() throws Exception {
    String url = link("{\"seconds\":60}").get("url").asString();
    Conversion other = edge.ready(Edge.ANNA, "other.mp4", new byte[5]);
    for (String forged :
        new String[] {
          url.replaceAll("expires=\\d+", "expires=9999999999"),
          url.replaceAll("expires=\\d+&", ""),
          url.replaceAll(".$", "!"),
          url.replaceAll("signature=.*", "signature="),
          url.replace(conversion.id().value(), other.id().value()),
        }) {
      assertThat(anybody(forged).statusCode()).as(forged).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"seconds\":0}", "{\"seconds\":604801}", "{\"seconds\":-5}"})
  void aLinkForNoTimeOrTooLongIsRefused(String body) throws Exception {
    HttpResponse<String> response =
        edge.send(
            "POST",
            "/v1/conversions/" + conversion.id() + "/links",
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(response.statusCode()).isEqualTo(422);
  }

  @Test
  void aLinkDiesWithItsConversion() throws Exception {
    String url = link("{}").get("url").asString();
    edge.send("DELETE", "/v1/conversions/" + conversion.id(), NONE);
    assertThat(anybody(url).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> inABrowser(String url, String languages) throws Exception {
    return edge.as(
        "",
        "GET",
        url.substring(edge.uri("").toString().length()),
        NONE,
        "Accept",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language",
        languages);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de-AT, en;q=0.5 | en | This link no longer works | The link has expired",
        "it-CH, it;q=0.9 | it | Questo link non funziona pi | Il link",
        "q=q=;; | en | This link no longer works | The link has expired",
      })
  void aLinkThatHasExpiredTellsAPersonWhatToDo(
      String languages, String language, String title, String why) throws Exception {
    String url = link("{\"seconds\":60}").get("url").asString();
    edge.clock.advance(Duration.ofSeconds(61));
    HttpResponse<String> late = inABrowser(url, languages);
    assertThat(late.statusCode()).isEqualTo(403);
    assertThat(header(late, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(late, "Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(late.body())
        .contains(
            "<html lang=\"" + language + "\">", "<h1>" + title, "<p>" + why, "<a href=\"/\">");
    assertThat(Edge.code(anybody(url))).isEqualTo("link-expired");
  }

  @Test
  void aLinkWhoseMp3WasDeletedTellsAPersonSo() throws Exception {
    String url = link("{}").get("url").asString();
    assertThat(inABrowser(url, "en").statusCode()).isEqualTo(200);
    edge.send("DELETE", "/v1/conversions/" + conversion.id(), NONE);
    HttpResponse<String> gone = inABrowser(url, "en");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(gone.body()).contains("The MP3 behind the link has been deleted.");
    assertThat(Edge.code(anybody(url))).isEqualTo("not-found");
  }
}

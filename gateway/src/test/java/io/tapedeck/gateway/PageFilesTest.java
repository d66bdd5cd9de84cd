package io.tapedeck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page; a small one stands on the test's class path where the real one stands later. */
class PageFilesTest {
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

  private HttpResponse<String> get(String path) throws Exception {
    return edge.as("", "GET", path, new byte[0]);
  }

  @Test
  void thePageIsServedWithAPolicyThatLetsNothingElseIn() throws Exception {
    HttpResponse<String> response = get("/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(response.body()).contains("a page for tests");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @ParameterizedTest
  @CsvSource({"main-1a2b.js, text/javascript", "look/main-3c4d.css, text/css"})
  void itsAssetsAreKeptForEver(String name, String type) throws Exception {
    HttpResponse<String> response = get("/assets/" + name);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(type);
    assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing.js",
        "main-1a2b",
        "",
        "look/",
        "..%2findex.html",
        "look/..%2f..%2findex.html",
        "%2e%2e/index.html",
        "look%5c..%5cmain.css",
      })
  void whatIsNoAssetIsNotThere(String name) throws Exception {
    assertThat(get("/assets/" + name).statusCode()).isIn(400, 404);
  }
}

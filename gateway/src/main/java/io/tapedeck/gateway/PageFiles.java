package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the page from the folder {@code io/tapedeck/web/page} of the class path. {@code
 * index.html} is at {@code /}. Its assets are below {@code /assets/}; their names change with their
 * content. Without a page in the class path, a short text explains how to use the API.
 */
final class PageFiles {
  private static final String FOLDER = "io/tapedeck/web/page/";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:;"
          + " manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wasm", "application/wasm"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  void routes(Router router) {
    router
        .on("GET", "/", this::index)
        .on("GET", "/assets/*", this::asset)
        .on("GET", "/docs", this::docs)
        .on("GET", "/sw.js", exchange -> fixed("sw.js"))
        .on("GET", "/manifest.webmanifest", exchange -> fixed("manifest.webmanifest"))
        .on("POST", "/receive", PageFiles::notReceived);
  }

  private Reply index(Exchange exchange) throws IOException {
    return html(exchange, "index.html")
        .map(reply ->
            reply.header("Referrer-Policy", "same-origin").header("Cache-Control", "no-cache"))
        .orElseGet(() -> Reply.text(200, withoutPage(exchange.origin())));
  }

  /**
   * A page of that name; empty when the class path has none. The caller says whether it may be
   * cached, and what its links tell of its address.
   */
  Optional<Reply> html(Exchange exchange, String name) throws IOException {
    return resource(name)
        .map(bytes ->
            new String(bytes, StandardCharsets.UTF_8)
                .replace("<base href=\"/\"", "<base href=\"" + exchange.basePath() + "/\""))
        .map(html ->
            guarded(
                Reply.bytes(
                    200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8))));
  }

  /** The description of the API, for people. */
  private Reply docs(Exchange exchange) throws IOException {
    return html(exchange, "docs.html")
        .map(reply ->
            reply.header("Referrer-Policy", "same-origin").header("Cache-Control", "no-cache"))
        .orElseGet(() -> Reply.of(302).header("Location", exchange.basePath() + "/openapi.yaml"));
  }

  /** A file whose name stays the same in all versions of the page. */
  private static Reply fixed(String name) throws IOException {
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
    byte[] bytes =
        resource(name).orElseThrow(() -> new Refusal(Code.NOT_FOUND, "this server has no page"));
    return guarded(Reply.bytes(200, type, bytes))
        .header("Referrer-Policy", "same-origin")
        .header("Cache-Control", "no-cache");
  }

  /**
   * Where a phone sends what another app shares. The page's service worker takes it before it gets
   * here; without one the page says that the file did not arrive.
   */
  private static Reply notReceived(Exchange exchange) {
    return Reply.of(303).header("Location", exchange.basePath() + "/#/received");
  }

  private Reply asset(Exchange exchange) throws IOException {
    String name = exchange.path("*");
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    Optional<byte[]> bytes =
        type != null && name.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
            ? resource("assets/" + name)
            : Optional.empty();
    if (type == null || bytes.isEmpty()) {
      throw new Refusal(Code.NOT_FOUND, "the page has no " + Text.shown(name));
    }
    return guarded(Reply.bytes(200, type, bytes.get()))
        .header("Referrer-Policy", "same-origin")
        .header("Cache-Control", "public, max-age=31536000, immutable");
  }

  private static Reply guarded(Reply reply) {
    return reply
        .header("Content-Security-Policy", POLICY)
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("X-Frame-Options", "DENY");
  }

  private static Optional<byte[]> resource(String name) throws IOException {
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private static String withoutPage(String origin) {
    return """
    Tapedeck takes the audio out of video. This server has no page; use its API:

      curl -X POST ORIGIN/v1/accounts -H 'Content-Type: application/json' -d '{"email":"you@example.org","password":"a long password"}'
      TOKEN=$(curl -s -X POST -u you@example.org ORIGIN/login)
      curl -H "Authorization: Bearer $TOKEN" -F quality=2 -F file=@talk.mp4 ORIGIN/v1/conversions
      curl -H "Authorization: Bearer $TOKEN" 'ORIGIN/v1/conversions/ID?wait=30'
      curl -H "Authorization: Bearer $TOKEN" -OJ ORIGIN/v1/conversions/ID/mp3

    All of it is described at ORIGIN/openapi.yaml
    """
        .replace("ORIGIN", origin);
  }
}

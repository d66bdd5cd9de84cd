package io.tapedeck.gateway;

import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The description of the public API, as OpenAPI 3.1. */
final class OpenApi {
  void routes(Router router) {
    router.on("GET", "/openapi.yaml", exchange -> get());
  }

  private static Reply get() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      return Reply.bytes(
              200,
              "application/yaml; charset=utf-8",
              Objects.requireNonNull(in, "the jar has no openapi.yaml").readAllBytes())
          .header("Cache-Control", "no-cache");
    }
  }
}

package io.tapedeck.app;

import io.tapedeck.core.Component;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What an operator's tools ask: whether it lives, whether it can work, and its numbers. It listens
 * on a port of its own, which is not for the public.
 */
final class Admin {
  private final Map<String, Component> parts;
  private final Supplier<String> metrics;

  /**
   * @param parts everything whose health counts, by the name it is shown with
   * @param metrics in Prometheus' form
   */
  Admin(Map<String, Component> parts, Supplier<String> metrics) {
    this.parts = new LinkedHashMap<>(parts);
    this.metrics = metrics;
  }

  Router routes() {
    return new Router()
        .on("GET", "/livez", exchange -> Reply.text(200, "alive\n"))
        .on("GET", "/readyz", exchange -> ready())
        .on(
            "GET",
            "/metrics",
            exchange -> {
              byte[] text = metrics.get().getBytes(java.nio.charset.StandardCharsets.UTF_8);
              return Reply.bytes(200, Metrics.CONTENT_TYPE, text);
            });
  }

  private Reply ready() {
    Map<String, Object> each = new LinkedHashMap<>();
    boolean all = true;
    for (Map.Entry<String, Component> part : parts.entrySet()) {
      switch (part.getValue().check()) {
        case Component.Health.Up up -> each.put(part.getKey(), Map.of("state", "up"));
        case Component.Health.Down(String reason) -> {
          all = false;
          each.put(part.getKey(), Map.of("state", "down", "reason", reason));
        }
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ready", all);
    answer.put("parts", each);
    return Reply.json(all ? 200 : 503, answer);
  }
}

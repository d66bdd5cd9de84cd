package io.tapedeck.admin;

import io.tapedeck.core.Component;
import io.tapedeck.core.Component.Health;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The health, readiness and metrics for an operator's tools. It listens on a port of its own, which
 * is not for the public, from before the other parts are built.
 *
 * <p>A process is ready when the parts that belong to it alone work. A store that all replicas
 * share, or the mail server, is shown and not counted. When a shared store is away, removing every
 * replica from its Service helps nobody, and clients would get a proxy's error instead of ours.
 */
public final class OperatorRoutes {
  /** For all parts together, which are checked at the same time; a probe waits for 5 s. */
  public static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Supplier<String> metrics;
  private final String contentType;
  private volatile State state = new State.Starting("nothing is connected yet");

  /** The state of the process. */
  private sealed interface State {
    /** It cannot work yet, for the given reason. */
    record Starting(String reason) implements State {}

    /** It works; each part is under the name that an operator knows. */
    record Working(Map<String, Part> parts) implements State {}
  }

  private record Part(Component component, boolean counts) {}

  /**
   * @param metrics in the format of Prometheus
   * @param contentType of that format
   */
  public OperatorRoutes(Supplier<String> metrics, String contentType) {
    this.metrics = metrics;
    this.contentType = contentType;
  }

  /** Marks the process as not ready; the reason names what the process waits for. */
  public void starting(String reason) {
    state = new State.Starting(reason);
  }

  /**
   * Marks the process as working.
   *
   * @param counted the parts without which the process is not ready, by name
   * @param shown further parts, whose state is only shown
   */
  public void working(
      Map<String, ? extends Component> counted, Map<String, ? extends Component> shown) {
    Map<String, Part> parts = new LinkedHashMap<>();
    shown.forEach((name, part) -> parts.put(name, new Part(part, false)));
    counted.forEach((name, part) -> parts.put(name, new Part(part, true)));
    state = new State.Working(parts);
  }

  public Router routes() {
    return new Router()
        .on("GET", "/livez", exchange -> Reply.text(200, "alive\n"))
        .on("GET", "/readyz", exchange -> ready())
        .on(
            "GET",
            "/metrics",
            exchange -> {
              byte[] text = metrics.get().getBytes(StandardCharsets.UTF_8);
              return Reply.bytes(200, contentType, text);
            });
  }

  /** The health of each part now, by its name. */
  Map<String, Health> health() throws InterruptedException {
    return switch (state) {
      case State.Starting(String reason) -> Map.of("start", Health.down(reason));
      case State.Working(Map<String, Part> parts) -> found(parts);
    };
  }

  private Reply ready() throws InterruptedException {
    return switch (state) {
      case State.Starting(String reason) ->
          reply(false, Map.of("start", Map.of("state", "starting", "reason", reason)));
      case State.Working(Map<String, Part> parts) -> ready(parts);
    };
  }

  private static Reply ready(Map<String, Part> parts) throws InterruptedException {
    Map<String, Object> each = new LinkedHashMap<>();
    boolean all = true;
    for (Map.Entry<String, Health> found : found(parts).entrySet()) {
      Map<String, Object> said = new LinkedHashMap<>();
      boolean counts = parts.get(found.getKey()) instanceof Part(_, boolean it) && it;
      switch (found.getValue()) {
        case Health.Up up -> said.put("state", "up");
        case Health.Down(String reason) -> {
          all = all && !counts;
          said.put("state", "down");
          said.put("reason", reason);
        }
      }
      if (!counts) {
        said.put("counts", false);
      }
      each.put(found.getKey(), said);
    }
    return reply(all, each);
  }

  private static Reply reply(boolean ready, Map<String, ?> parts) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ready", ready);
    answer.put("parts", parts);
    return Reply.json(ready ? 200 : 503, answer);
  }

  private static Map<String, Health> found(Map<String, Part> parts) throws InterruptedException {
    Map<String, Future<Health>> asked = new LinkedHashMap<>();
    ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    parts.forEach((name, part) -> asked.put(name, askers.submit(part.component()::check)));
    askers.shutdown(); // a late check ends by itself
    Map<String, Health> found = new LinkedHashMap<>();
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (Map.Entry<String, Future<Health>> each : asked.entrySet()) {
      found.put(each.getKey(), health(each.getValue(), end - System.nanoTime()));
    }
    return found;
  }

  private static Health health(Future<Health> asked, long nanos) throws InterruptedException {
    try {
      return asked.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Health.down("no answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      return Health.down("its check failed: " + e.getCause());
    }
  }
}

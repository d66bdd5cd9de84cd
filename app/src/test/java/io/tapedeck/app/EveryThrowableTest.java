package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.contracts.EveryThrowable;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.converter.Converter;
import io.tapedeck.converter.ConverterSettings;
import io.tapedeck.converter.Janitor;
import io.tapedeck.converter.JanitorSettings;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConverterLedger;
import io.tapedeck.core.Event;
import io.tapedeck.core.JanitorLedger;
import io.tapedeck.extraction.Engine;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.ffmpeg.Ffmpeg;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.tasks.Backoff;
import io.tapedeck.tasks.Schedule;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is thrown into a loop, a pool or a server, its work goes on, or /readyz is down. The
 * schedule and the consumer of events by themselves are in the module tasks, the database's writer
 * is in sql.
 */
@Timeout(120)
class EveryThrowableTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int PATIENCE = 60;

  @TempDir Path folder;
  private Database database;
  private TableEventBus bus;

  /** Calls that came through after all kinds were thrown. */
  private final BlockingQueue<String> passed = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    TableEventBus.Tries quick =
        new TableEventBus.Tries(20, new Backoff(Duration.ofMillis(1), 2, Duration.ofMillis(5)));
    bus = new TableEventBus(database, quick, CLOCK);
  }

  @AfterEach
  void close() {
    bus.close();
    database.close();
  }

  /** Each method throws one of each kind first, and has nothing to give then. */
  private <T> T odd(Class<T> port) {
    Map<String, Queue<Throwable>> thrown = new ConcurrentHashMap<>();
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              Throwable next =
                  thrown
                      .computeIfAbsent(
                          method.getName(),
                          name -> new ConcurrentLinkedQueue<>(EveryThrowable.kinds()))
                      .poll();
              if (next != null) {
                throw EveryThrowable.sneak(next);
              }
              passed.add(method.getName());
              return switch (method.getReturnType().getSimpleName()) {
                case "List" -> List.of();
                case "Set" -> Set.of();
                case "Optional" -> Optional.empty();
                case "boolean" -> true;
                case "int" -> 0;
                default -> null;
              };
            }));
  }

  private void awaitCall(String name) throws InterruptedException {
    String seen;
    do {
      seen = passed.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(seen).as("a call of %s", name).isNotNull();
    } while (!seen.equals(name));
  }

  @Test
  void theJanitorGoesOnAndIsWellAgain() throws Exception {
    JanitorSettings defaults = JanitorSettings.defaults("j");
    Duration often = Duration.ofMillis(5);
    JanitorSettings settings =
        new JanitorSettings(
            defaults.worker(),
            new JanitorSettings.Every(often, often),
            defaults.unheard(),
            defaults.grace(),
            defaults.crashes(),
            defaults.keepVideos());
    try (Janitor janitor =
        new Janitor(settings, odd(JanitorLedger.class), odd(BlobStore.class), bus, CLOCK)) {
      janitor.start();
      awaitCall("changedBetween");
      awaitCall("expiredBefore");
      awaitCall("each");
      awaitCall("forget");
      while (!janitor.check().equals(Health.up())) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void theConverterTakesTheNextVideo() throws Exception {
    ConverterSettings settings = ConverterSettings.defaults("c", 1, folder.resolve("scratch"));
    Extractor extractor =
        new Extractor(
            Ffmpeg.find(Optional.empty(), System.getenv("PATH")),
            new Engine(Optional.empty()),
            settings.limits(),
            CLOCK);
    try (Converter converter =
        new Converter(settings, extractor, odd(ConverterLedger.class), odd(BlobStore.class), bus)) {
      converter.start();
      bus.publish(new Event.VideoStored(ConversionId.at(CLOCK.instant())));
      awaitCall("claimNext");
      assertThat(converter.check()).isEqualTo(Health.up());
    }
  }

  @Test
  void aServerAnswersTheNextRequest() throws Exception {
    Queue<Throwable> kinds = new ConcurrentLinkedQueue<>(EveryThrowable.kinds());
    Router router =
        new Router()
            .on(
                "GET",
                "/odd",
                exchange -> {
                  Throwable next = kinds.poll();
                  if (next != null) {
                    throw EveryThrowable.sneak(next);
                  }
                  return Reply.text(200, "well");
                });
    try (WebServer web = WebServer.start(WebServer.Settings.local(0), router)) {
      for (Throwable kind : EveryThrowable.kinds()) {
        assertThat(get(web, "odd").statusCode()).as("%s", kind).isBetween(500, 599);
      }
      assertThat(get(web, "odd").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aTaskThatCanNoLongerRunIsSeenInReadyz() throws Exception {
    TurnableClock clock = new TurnableClock(Instant.EPOCH);
    OperatorRoutes admin = new OperatorRoutes(() -> "", "text/plain");
    try (WebServer web = WebServer.start(WebServer.Settings.local(0), admin.routes())) {
      for (Throwable kind : EveryThrowable.kinds()) {
        Schedule schedule = new Schedule(clock);
        schedule.every(
            "sweep",
            Duration.ZERO,
            Duration.ofMinutes(1),
            () -> {
              throw EveryThrowable.sneak(kind);
            });
        for (int run = 0; run < 3; run++) {
          schedule.runDue();
          clock.advance(Duration.ofHours(1));
        }
        admin.working(Map.of("janitor", schedule), Map.of());
        HttpResponse<String> ready = get(web, "readyz");
        assertThat(ready.statusCode()).as("%s", kind).isEqualTo(503);
        assertThat(ready.body()).contains("sweep failed 3 times in a row: ");
      }
    }
  }

  private static HttpResponse<String> get(WebServer web, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(web.uri().resolve(path)).build(), BodyHandlers.ofString());
    }
  }
}

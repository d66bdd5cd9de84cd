package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.admin.OperatorRoutes;
import io.tapedeck.contracts.Media;
import io.tapedeck.convert.ProblemLine;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole server in this process: real HTTP, real ffmpeg, a folder of its own. */
class PlatformTest {
  private static final String PASSWORD = "a long walk on the beach";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Platform platform;

  @BeforeEach
  void start() {
    platform = Platform.start(settings(Map.of()), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    platform.close();
    client.close();
  }

  private Settings settings(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(more);
    flags.put("data", folder.resolve("data").toString());
    flags.putIfAbsent("server.port", "0");
    return Settings.read(flags, Map.of(), Optional.empty());
  }

  private HttpResponse<String> send(URI at, String token, String contentType, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(at);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body.length > 0) {
      request.header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body));
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(URI at, String token) throws Exception {
    return send(at, token, "", new byte[0]);
  }

  private String signUp(String email) throws Exception {
    byte[] person =
        "{\"email\":\"%s\",\"password\":\"%s\"}"
            .formatted(email, PASSWORD)
            .getBytes(StandardCharsets.UTF_8);
    URI at = platform.web().uri();
    assertThat(send(at.resolve("v1/accounts"), "", "application/json", person).statusCode())
        .isEqualTo(201);
    HttpResponse<String> session = send(at.resolve("v1/sessions"), "", "application/json", person);
    return Document.of(session.body()).text("accessToken");
  }

  private String upload(String token) throws Exception {
    byte[] video = Files.readAllBytes(Media.video(folder.resolve("talk.mp4"), 2));
    var form = new java.io.ByteArrayOutputStream();
    form.write(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"talk.mp4\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8));
    form.write(video);
    form.write("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> made =
        send(
            platform.web().uri().resolve("v1/conversions"),
            token,
            "multipart/form-data; boundary=b",
            form.toByteArray());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(202);
    return Document.of(made.body()).text("id");
  }

  private Document ended(String token, String id) throws Exception {
    URI at = platform.web().uri().resolve("v1/conversions/" + id + "?wait=30");
    Document state = Document.of(get(at, token).body());
    while (state.text("state").matches("queued|converting")) {
      state = Document.of(get(at, token).body());
    }
    return state;
  }

  @Test
  void aPersonSignsUpHandsOverAVideoAndGetsItsSoundAndAMail() throws Exception {
    String token = signUp("ada@example.org");
    String id = upload(token);

    Document ready = ended(token, id);

    assertThat(ready.text("state")).as(ready.toString()).isEqualTo("ready");
    HttpRequest download =
        HttpRequest.newBuilder(URI.create(ready.text("mp3.url")))
            .header("Authorization", "Bearer " + token)
            .build();
    byte[] mp3 = client.send(download, BodyHandlers.ofByteArray()).body();
    assertThat(mp3).hasSize((int) ready.number("mp3.size")).hasSizeGreaterThan(1000);
    String metrics = get(platform.admin().uri().resolve("metrics"), "").body();
    assertThat(metrics)
        .contains("tapedeck_conversions_total{state=\"ready\"} 1.0")
        .contains("tapedeck_queue_length 0.0")
        .contains("tapedeck_http_requests_seconds_count{method=\"POST\",route=\"/v1/accounts\"")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void removingSomebodyRemovesWhatTheyOwned() throws Exception {
    String token = signUp("ada@example.org");
    ended(token, upload(token));

    platform.roles().auth().accounts().remove("ada@example.org");

    for (String bucket : new String[] {"videos", "mp3s"}) {
      try (var files = Files.list(platform.folder().at(bucket))) {
        assertThat(files).as(bucket).isEmpty();
      }
    }
    assertThat(platform.roles().auth().accounts().list()).isEmpty();
  }

  @Test
  void theAdminPortTellsHowEachPartIs() throws Exception {
    URI admin = platform.admin().uri();

    assertThat(get(admin.resolve("livez"), "").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get(admin.resolve("readyz"), "");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(Document.of(ready.body()).text("parts"))
        .contains("database", "blobs", "events", "gateway", "converter", "mail", "web", "cage");
    assertThat(Document.of(ready.body()).text("parts.cage")).contains("counts=false", "state=up");
    assertThat(Document.of(ready.body()).text("parts.mail.counts")).isEqualTo("false");
    assertThat(Document.of(ready.body()).text("parts.database")).doesNotContain("counts");

    platform.roles().converter().close();
    HttpResponse<String> unfit = get(admin.resolve("readyz"), "");
    assertThat(unfit.statusCode()).isEqualTo(503);
    assertThat(Document.of(unfit.body()).text("parts.converter.reason")).isEqualTo("stopping");
  }

  @Test
  void aFullDiskIsToldAndKeepsNobodyFromWhatNeedsNoBytes() throws Exception {
    String token = signUp("ada@example.org");
    String id = upload(token);
    ended(token, id);
    platform.close();
    platform = Platform.start(settings(Map.of("limits.disk-margin", "900 TB")), Clock.systemUTC());

    HttpResponse<String> ready = get(platform.admin().uri().resolve("readyz"), "");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(Document.of(ready.body()).text("parts.disk.state")).isEqualTo("down");
    assertThat(Document.of(ready.body()).text("parts.disk.reason")).contains("limits.disk-margin");
    URI at = platform.web().uri();
    HttpRequest delete =
        HttpRequest.newBuilder(at.resolve("v1/conversions/" + id))
            .header("Authorization", "Bearer " + token)
            .DELETE()
            .build();
    assertThat(client.send(delete, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
  }

  @Test
  void theAdminAddressesAreNotOnThePublicPort() throws Exception {
    URI web = platform.web().uri();

    assertThat(get(web.resolve("metrics"), "").statusCode()).isEqualTo(404);
    assertThat(get(web.resolve("readyz"), "").statusCode()).isEqualTo(404);
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefusedAndHarmsNothing() throws Exception {
    assertThatThrownBy(() -> Platform.start(settings(Map.of()), Clock.systemUTC()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("another tapedeck server uses");

    assertThat(get(platform.web().uri().resolve("v1/limits"), "").statusCode()).isEqualTo(200);
  }

  @Test
  void whatWasAcceptedIsThereAfterAStopAndAStart() throws Exception {
    String token = signUp("ada@example.org");
    String id = upload(token);
    platform.close();

    platform = Platform.start(settings(Map.of()), Clock.systemUTC());

    assertThat(ended(token, id).text("state")).isEqualTo("ready");
  }

  @Test
  void whenAStageFailsThoseBeforeItAreGivenBack() {
    platform.close();
    Map<String, String> taken = Map.of("converter.ffmpeg", folder.resolve("none").toString());

    assertThatThrownBy(() -> Platform.start(settings(taken), Clock.systemUTC()))
        .hasMessageContaining("there is no program");

    platform = Platform.start(settings(Map.of()), Clock.systemUTC());
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "admin"})
  void aPortThatIsTakenEndsTheStartWithTheSettingThatChoosesAnother(String server)
      throws Exception {
    platform.close();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Settings settings = settings(Map.of(server + ".port", port));

      assertThatThrownBy(() -> Platform.start(settings, Clock.systemUTC()))
          .isInstanceOfSatisfying(
              Outage.class,
              e ->
                  assertThat(ProblemLine.of(e.problem()))
                      .isEqualTo(
                          ("cannot listen on 127.0.0.1:%s: Address already in use; stop what listens"
                                  + " there, or choose another with %s.port and %s.host")
                              .formatted(port, server, server)));
    }
    platform = Platform.start(settings(Map.of()), Clock.systemUTC());
  }

  @Test
  void whenARoleCannotBeBuiltThoseBeforeItAreClosed() {
    platform.close();
    Settings wrong = settings(Map.of("converter.ffmpeg", folder.resolve("none").toString()));
    Clock clock = Clock.systemUTC();
    try (DataFolder data = DataFolder.open(wrong.data());
        Stores stores = Stores.local(data, moved -> {}, clock)) {
      Listeners bus = new Listeners(stores.bus(), new AtomicInteger());
      Stores heard =
          new Stores(stores.database(), stores.blobs(), stores.ledger(), bus, stores.dead());

      OperatorRoutes operator = new OperatorRoutes(() -> "", "text/plain");
      assertThatThrownBy(() -> Roles.on(heard, wrong, data, operator, platform::address, clock))
          .hasMessageContaining("there is no program");

      assertThat(bus.open()).as("subscriptions that nobody closed").hasValue(0);
    }
    platform = Platform.start(settings(Map.of()), clock);
  }

  /** A bus that counts who listens. */
  private record Listeners(EventBus bus, AtomicInteger open) implements EventBus {
    @Override
    public Subscription listen(Consumer<Event.Notice> listener) {
      Subscription subscription = bus.listen(listener);
      open.incrementAndGet();
      return () -> {
        open.decrementAndGet();
        subscription.close();
      };
    }

    @Override
    public void publish(Event.Work event) {
      bus.publish(event);
    }

    @Override
    public void tell(Event.Notice notice) {
      bus.tell(notice);
    }

    @Override
    public Subscription consume(Queue queue, int parallel, Handler handler) {
      return bus.consume(queue, parallel, handler);
    }

    @Override
    public Health check() {
      return bus.check();
    }

    @Override
    public void close() {}
  }

  @Test
  void theKeyIsMadeOnceAndForTheServerOnly() throws Exception {
    Path key = platform.folder().at("secret.key");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(platform.folder().key()).isEqualTo(platform.folder().key());
    assertThat(Files.readString(key)).hasSize(64);
  }
}

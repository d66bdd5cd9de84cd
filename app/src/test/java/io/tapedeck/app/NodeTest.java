package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.cluster.GridFsBlobStore;
import io.tapedeck.contracts.MariaDb;
import io.tapedeck.contracts.MongoWire;
import io.tapedeck.contracts.Ports;
import io.tapedeck.contracts.Rabbit;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Outage;
import io.tapedeck.settings.Settings;
import io.tapedeck.settings.UsageErrors;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One role in this process on real stores, some of which are away. */
class NodeTest {
  @TempDir static Path folder;
  private static MariaDb database;
  private static MongoWire files;
  private static Rabbit broker;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void startStores() throws Exception {
    assumeTrue(Rabbit.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
    database = MariaDb.start();
    files = MongoWire.start(folder.resolve("mongo"), 0);
    broker = Rabbit.start(Files.createDirectories(folder.resolve("rabbit")));
  }

  @AfterAll
  static void stopStores() {
    if (broker != null) {
      broker.close();
      files.close();
      database.close();
    }
  }

  private static Settings settings(Map<String, String> more) throws Exception {
    Map<String, String> all = new HashMap<>();
    all.put("data", Files.createTempDirectory(folder, "node").toString());
    all.put("server.port", "0");
    all.put("admin.port", "0");
    all.put("server.public-url", "http://sound.example");
    all.put("accounts.sign-up", "open");
    all.put("auth.url", "http://127.0.0.1:" + Ports.free());
    all.put("links.key", "a key of this test, and of no other use");
    all.put("database.url", database.url());
    all.put("database.user", MariaDb.USER);
    all.put("database.password", MariaDb.USER);
    all.put("mongodb.uri", files.uri() + "/tapedeck");
    all.put("rabbitmq.uri", broker.uri());
    all.putAll(more);
    return Settings.read(all, Map.of(), Optional.empty());
  }

  private static Node start(Node.Role role) throws Exception {
    return Node.start(role, settings(Map.of()), Clock.systemUTC());
  }

  private HttpResponse<String> get(URI at) throws Exception {
    return client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(URI at, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(at)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> ready(Node node) throws Exception {
    return get(node.adminAddress().resolve("readyz"));
  }

  /** It lives, is not ready and says why, and asks whoever comes to come again. */
  private void waits(Node node, String why) throws Exception {
    assertThatThrownBy(node::connect).isInstanceOf(Outage.class).hasMessageContaining(why);

    assertThat(get(node.adminAddress().resolve("livez")).statusCode()).isEqualTo(200);
    HttpResponse<String> ready = ready(node);
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(Document.of(ready.body()).text("parts.start.state")).isEqualTo("starting");
    assertThat(Document.of(ready.body()).text("parts.start.reason")).contains(why);
    if (node.address().isPresent()) {
      HttpResponse<String> early = get(node.address().get().resolve("v1/accounts/me"));
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.headers().firstValue("Retry-After")).isPresent();
      assertThat(early.body()).contains("\"retryable\":true", "starting");
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  private void works(Node node) throws Exception {
    node.connect();
    HttpResponse<String> ready = ready(node);
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(threads()).contains("service-key"); // or the others would forget it
    if (node.address().isPresent()) {
      HttpResponse<String> answer = get(node.address().get().resolve("nowhere"));
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRoleThatStartsBeforeTheBrokerSaysWhatItWaitsForAndWorksWhenItComes(Node.Role role)
      throws Exception {
    broker.kill();
    try (Node node = start(role)) {
      waits(node, "RabbitMQ cannot be reached at 127.0.0.1:" + broker.port() + ": Connection ref");
      waits(node, "Connection refused");
      assertThat(threads()).as("nothing is left of tries").doesNotContain("service-key");
      broker.restart();
      works(node);
    } finally {
      if (!broker.process().isAlive()) {
        broker.restart();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "GATEWAY", "CONVERTER"})
  void aRoleThatStartsBeforeTheDatabaseSaysWhatItWaitsForAndWorksWhenItComes(Node.Role role)
      throws Exception {
    database.kill();
    try (Node node = start(role)) {
      waits(node, "Connection refused");
      database.restart();
      works(node);
    } finally {
      if (!database.process().isAlive()) {
        database.restart();
      }
    }
  }

  @Test
  void thePageAndTheDescriptionOfTheApiNeedNoStore() throws Exception {
    try (Node node = start(Node.Role.GATEWAY)) {
      URI at = node.address().orElseThrow();

      assertThat(get(at).statusCode()).isEqualTo(200);
      assertThat(get(at.resolve("openapi.yaml")).body()).startsWith("openapi:");
      assertThat(post(at.resolve("v1/sessions"), "{}").statusCode()).isEqualTo(503);
      assertThat(post(at.resolve("any/where"), "{}").statusCode()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPortThatIsTakenStopsTheStartAtOnce(Node.Role role) throws Exception {
    isRefused(role, "admin");
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTH", "GATEWAY"})
  void soDoesThePublicPort(Node.Role role) throws Exception {
    isRefused(role, "server");
  }

  private static void isRefused(Node.Role role, String server) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Settings settings = settings(Map.of(server + ".port", port));

      assertThatThrownBy(() -> Node.start(role, settings, Clock.systemUTC()))
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port + ": Address already in use")
          .hasMessageContaining("choose another with " + server + ".port");
      DataFolder.open(settings.data()).close(); // and holds nothing
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMistakeInTheSettingsStopsTheStartAtOnceWhateverIsAway(Node.Role role) throws Exception {
    Map<String, String> away = Map.of("database.url", "jdbc:mysql://127.0.0.1:1/tapedeck");
    Map<String, String> wrong = new HashMap<>(away);
    wrong.put("rabbitmq.uri", "broker:5672");

    assertThatThrownBy(() -> Node.start(role, settings(wrong), Clock.systemUTC()))
        .isInstanceOf(UsageErrors.class)
        .hasMessageContaining("rabbitmq.uri");
  }

  @Test
  void authStaysInItsServiceWhileMailBrokerAndDatabaseAreAway() throws Exception {
    Map<String, String> mail =
        Map.of("mail.host", "127.0.0.1", "mail.security", "none", "mail.port", "" + Ports.free());
    try (Node node = Node.start(Node.Role.AUTH, settings(mail), Clock.systemUTC())) {
      node.connect();
      URI at = node.address().orElseThrow();
      String person = "{\"email\":\"ada@example.org\",\"password\":\"a long walk on the beach\"}";
      assertThat(post(at.resolve("v1/accounts"), person).statusCode()).isEqualTo(201);
      assertThat(post(at.resolve("v1/password-resets"), "{\"email\":\"ada@example.org\"}"))
          .extracting(HttpResponse::statusCode)
          .isEqualTo(202);
      while (state(node, "mail").equals("up")) {
        Thread.onSpinWait(); // until the e-mail was tried
      }
      shownNotCounted(node, "mail");
      broker.kill();
      while (state(node, "events").equals("up")) {
        Thread.onSpinWait();
      }
      shownNotCounted(node, "events");
      database.kill();
      shownNotCounted(node, "database");
      shownNotCounted(node, "ledger");
      broker.restart();
      database.restart();
    } finally {
      if (!broker.process().isAlive()) {
        broker.restart();
      }
      if (!database.process().isAlive()) {
        database.restart();
      }
    }
  }

  @Test
  void anAccountThatIsDeletedTakesItsOpenUploadsAlongThoughTheyAreAnotherRoles() throws Exception {
    try (Node auth = start(Node.Role.AUTH)) {
      auth.connect();
      URI people = auth.address().orElseThrow();
      Map<String, String> there = Map.of("auth.url", people.toString());
      try (Node gateway = Node.start(Node.Role.GATEWAY, settings(there), Clock.systemUTC())) {
        gateway.connect();
        String person = "{\"email\":\"eve@example.org\",\"password\":\"a long walk on the beach\"}";
        assertThat(post(people.resolve("v1/accounts"), person).statusCode()).isEqualTo(201);
        String token =
            Document.of(post(people.resolve("v1/sessions"), person).body()).text("accessToken");
        beginUpload(gateway.address().orElseThrow(), token);
        assertThat(drafts()).isEqualTo(1);

        HttpRequest leave =
            HttpRequest.newBuilder(people.resolve("v1/accounts/me"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString(person))
                .build();
        assertThat(client.send(leave, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        assertThat(drafts()).isZero();
      }
    }
  }

  private void beginUpload(URI gateway, String token) throws Exception {
    HttpRequest begin =
        HttpRequest.newBuilder(gateway.resolve("v1/uploads"))
            .header("Authorization", "Bearer " + token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", "1000")
            .header("Content-Type", "application/offset+octet-stream")
            .POST(BodyPublishers.ofByteArray(new byte[10]))
            .build();
    assertThat(client.send(begin, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
  }

  private static int drafts() {
    AtomicInteger drafts = new AtomicInteger();
    try (BlobStore store = GridFsBlobStore.at(files.uri() + "/tapedeck", Clock.systemUTC())) {
      store.each(BlobId.Bucket.VIDEOS, entry -> drafts.incrementAndGet());
    }
    return drafts.get();
  }

  private String state(Node node, String part) throws Exception {
    return Document.of(ready(node).body()).text("parts." + part + ".state");
  }

  private void shownNotCounted(Node node, String part) throws Exception {
    HttpResponse<String> ready = ready(node);
    Document said = Document.of(ready.body());

    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(said.text("ready")).isEqualTo("true");
    assertThat(said.text("parts." + part + ".state")).as(ready.body()).isEqualTo("down");
    assertThat(said.text("parts." + part + ".counts")).isEqualTo("false");
    assertThat(said.text("parts." + part + ".reason")).isNotEmpty();
    assertThat(said.text("parts.web.state")).isEqualTo("up");
  }

  @Test
  void theDeadLettersOfTheClusterAreListedBesideWhatRuns() throws Exception {
    Path yaml = yaml(MariaDb.USER, broker.uri(), URI.create(files.uri()).getPort());
    Said said =
        Said.by(
            "dead",
            "list",
            "--json",
            "--config",
            yaml.toString(),
            "--data",
            folder.resolve("d").toString());

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo("[]\n");
  }

  private static Said doctor(String user, String brokerUri, int filesPort) throws Exception {
    Path yaml = yaml(user, brokerUri, filesPort);
    return Said.by("doctor", "--config", yaml.toString(), "--data", folder.resolve("d").toString());
  }

  private static Path yaml(String user, String brokerUri, int filesPort) throws Exception {
    return Files.writeString(
        Files.createTempFile(folder, "settings", ".yaml"),
        """
        server: {port: 0}
        admin: {port: 0}
        auth: {url: "http://127.0.0.1:1"}
        database: {url: "%s", user: %s, password: %s}
        mongodb: {uri: "mongodb://127.0.0.1:%d/tapedeck"}
        rabbitmq: {uri: "%s"}
        """
            .formatted(database.url(), user, MariaDb.USER, filesPort, brokerUri));
  }

  @Test
  void theDoctorTriesEachServerOfTheClusterAndSaysWhatIsWrong() throws Exception {
    Said well = doctor(MariaDb.USER, broker.uri(), URI.create(files.uri()).getPort());
    assertThat(well.out())
        .contains(
            "ok  database  lets us in", "ok  mongodb   lets us in", "ok  rabbitmq  lets us in")
        .contains("!!  auth", "the service auth does not answer at http://127.0.0.1:1");

    String stranger = broker.uri().replace("//", "//stranger:hidden1@");
    Said ill = doctor("stranger", stranger, 1);
    assertThat(ill.code()).isEqualTo(1);
    assertThat(ill.out())
        .containsPattern("!!  database .*Access denied.*check database.url")
        .containsPattern("!!  mongodb .*127.0.0.1:1.*check mongodb.uri")
        .containsPattern("!!  rabbitmq .*authentication refused.*check rabbitmq.uri")
        .doesNotContain("hidden1");
  }
}

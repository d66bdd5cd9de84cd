package io.tapedeck.gateway;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.Event;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Video;
import io.tapedeck.http.Json;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import io.tapedeck.local.FileBlobStore;
import io.tapedeck.local.TableEventBus;
import io.tapedeck.sql.Database;
import io.tapedeck.sql.SqlLedger;
import io.tapedeck.uploads.Quota;
import io.tapedeck.uploads.UploadLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * A whole public edge for a test: the real web server, database, store and bus in one folder, and
 * two people whose tokens are their names. Starting it again in the same folder is what a restart
 * is.
 */
final class Edge implements AutoCloseable {
  static final Secret KEY = new Secret("a key for signing links in tests only");
  static final AccountId ANNA = new AccountId("acc_" + "0".repeat(25) + "a");
  static final AccountId BERT = new AccountId("acc_" + "0".repeat(25) + "b");

  final TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00Z"));
  final Router router = new Router();
  final Database database;
  final SqlLedger ledger;
  final BlobStore store;
  final TableEventBus bus;
  final Gateway gateway;
  final WebServer web;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Tokens whose session has ended. */
  final Set<String> ended = ConcurrentHashMap.newKeySet();

  /** Whether all sessions have ended. */
  volatile BooleanSupplier allEnded = () -> false;

  /** Two tokens, two people. */
  private final class TwoPeople implements Identity {
    @Override
    public Principal verify(Secret token) {
      if (ended.contains(token.reveal()) || allEnded.getAsBoolean()) {
        throw new Refusal(Code.UNAUTHENTICATED, "the session has ended");
      }
      return switch (token.reveal()) {
        case "anna" -> new Principal(ANNA, Role.USER);
        case "bert" -> new Principal(BERT, Role.USER);
        default -> throw new Refusal(Code.UNAUTHENTICATED, "neither Anna nor Bert");
      };
    }

    @Override
    public Secret signIn(String email, Secret password, String from) {
      throw new Refusal(Code.BAD_CREDENTIALS, "nobody signs in here");
    }

    @Override
    public Optional<Person> person(AccountId account) {
      return Optional.empty();
    }

    @Override
    public Health check() {
      return Health.up();
    }

    @Override
    public void close() {}
  }

  Edge(Path folder) {
    this(folder, settings -> settings, store -> store);
  }

  Edge(Path folder, UnaryOperator<GatewaySettings> change) {
    this(folder, change, store -> store);
  }

  Edge(Path folder, UnaryOperator<GatewaySettings> change, UnaryOperator<BlobStore> disk) {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    ledger = new SqlLedger(database, clock);
    store = disk.apply(new FileBlobStore(folder));
    bus = new TableEventBus(database, TableEventBus.Tries.DEFAULT, clock);
    GatewaySettings settings = change.apply(settings());
    gateway = new Gateway(ledger, store, bus, new TwoPeople(), database, settings, clock);
    gateway.routes(router);
    web = WebServer.start(WebServer.Settings.local(0), router);
  }

  private static GatewaySettings settings() {
    return withMargin(GatewaySettings.defaults(KEY), 1 << 20);
  }

  static GatewaySettings withQuota(GatewaySettings of, Quota quota) {
    UploadLimits limits = of.uploads();
    return with(of, new UploadLimits(limits.largestFile(), limits.diskMargin(), quota));
  }

  static GatewaySettings withMargin(GatewaySettings of, long diskMargin) {
    UploadLimits limits = of.uploads();
    return with(of, new UploadLimits(limits.largestFile(), diskMargin, limits.quota()));
  }

  static GatewaySettings withLargest(GatewaySettings of, long largestFile) {
    UploadLimits limits = of.uploads();
    return with(of, new UploadLimits(largestFile, limits.diskMargin(), limits.quota()));
  }

  private static GatewaySettings with(GatewaySettings of, UploadLimits limits) {
    return new GatewaySettings(
        limits,
        of.chunk(),
        of.keeping(),
        of.links(),
        of.publicUrl(),
        of.heartbeat(),
        of.streamAge());
  }

  static GatewaySettings withHeartbeat(GatewaySettings of, Duration heartbeat, Duration age) {
    return new GatewaySettings(
        of.uploads(), of.chunk(), of.keeping(), of.links(), of.publicUrl(), heartbeat, age);
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    web.close();
    bus.close();
    store.close();
    ledger.close();
    database.close();
  }

  // ---- requests; Anna's unless said otherwise

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return send("GET", path, new byte[0], headers);
  }

  HttpResponse<String> send(String method, String path, byte[] body, String... headers)
      throws Exception {
    return as("anna", method, path, body, headers);
  }

  HttpResponse<String> as(String token, String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(method, path, body, headers);
    return client.send(
        token.isEmpty()
            ? request.build()
            : request.header("Authorization", "Bearer " + token).build(),
        BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  /** A request whose length is not told. */
  HttpResponse<String> chunked(String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest request =
        request(method, path, body, headers)
            .header("Authorization", "Bearer anna")
            .method(method, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  URI uri(String path) {
    return URI.create(web.uri().toString().replaceAll("/$", "") + path);
  }

  HttpClient client() {
    return client;
  }

  /** Anna's request by hand, left open; the caller sends the body and reads the answer. */
  Socket begin(String method, String path, String... headers) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.uri().getPort());
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer anna\r\n"
            + String.join("\r\n", headers)
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  static JsonNode json(HttpResponse<String> response) {
    return Json.tree(
        new String(response.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  static String code(HttpResponse<String> response) {
    return json(response).get("code").asString();
  }

  /** A form with a file and fields before it, with {@code B} as its boundary. */
  static byte[] form(String fileName, byte[] file, String... fields) throws IOException {
    var form = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      form.writeBytes(field(fields[i], fields[i + 1]));
    }
    form.writeBytes(
        ("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName
                + "\"\r\nContent-Type: video/mp4\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    form.writeBytes(file);
    form.writeBytes("\r\n--B--\r\n".getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  static byte[] field(String name, String value) {
    return ("--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  HttpResponse<String> upload(String fileName, byte[] file, String... fields) throws Exception {
    return send(
        "POST",
        "/v1/conversions",
        form(fileName, file, fields),
        "Content-Type",
        "multipart/form-data; boundary=B");
  }

  // ---- what converters do

  /** A conversion of an owner, Queued. */
  Conversion queued(AccountId owner, String name) {
    ConversionId id = ConversionId.at(clock.advance(Duration.ofMillis(1)));
    return ledger.create(
        id,
        owner,
        new Video(name, 3, BlobId.video(id)),
        ConversionOptions.DEFAULT,
        clock.instant().plus(Duration.ofDays(7)));
  }

  Conversion converting(AccountId owner, String name) {
    return done(ledger.claim(queued(owner, name).id(), "test", Duration.ofMinutes(1)));
  }

  /** A conversion whose MP3 has these bytes. */
  Conversion ready(AccountId owner, String name, byte[] mp3) {
    Lease lease = lease(converting(owner, name));
    BlobId blob = BlobId.mp3(lease.conversion(), lease.attempt());
    put(blob, mp3);
    Conversion ready =
        done(
            ledger.finish(
                lease,
                new Mp3(
                    blob,
                    mp3.length,
                    Duration.ofMillis(2500),
                    sha256(mp3),
                    false,
                    List.of("a scratch at 00:00:01"))));
    bus.tell(new Event.Changed(ready.id(), owner));
    return ready;
  }

  Conversion failed(AccountId owner, String name) {
    return done(
        ledger.fail(
            lease(converting(owner, name)), new Problem(Code.NO_AUDIO_TRACK, "only a picture")));
  }

  static Lease lease(Conversion conversion) {
    return ((ConversionState.Converting) conversion.state()).lease();
  }

  static Conversion done(Move move) {
    return ((Move.Done) move).conversion();
  }

  void put(BlobId id, byte[] bytes) {
    try (BlobStore.Draft draft = store.draft(id)) {
      draft.append(Channels.newChannel(new ByteArrayInputStream(bytes)), Long.MAX_VALUE);
      draft.publish();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  byte[] bytes(BlobId id) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    store.read(id, 0, store.size(id).orElseThrow(), Channels.newChannel(out));
    return out.toByteArray();
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest("SHA-256", bytes));
  }

  static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.tapedeck.auth;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Json;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import io.tapedeck.identity.ServiceKeys;
import io.tapedeck.sql.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** The auth role on a real server and a real SQLite file, with a clock that tests turn. */
final class AuthServer implements AutoCloseable {
  static final String PASSWORD = "plum-tart-for-nine";

  final TurnableClock clock;
  final Database database;
  final BlockingQueue<Mail> mails = new LinkedBlockingQueue<>();

  /** How long sign-ins were held; the clock is turned instead of waiting. */
  final List<Duration> pauses = new CopyOnWriteArrayList<>();

  final List<Duration> refusalPauses = new CopyOnWriteArrayList<>();

  final List<AccountId> left = new CopyOnWriteArrayList<>();
  final Auth auth;
  final WebServer web;
  private final HttpClient client = HttpClient.newHttpClient();

  record Mail(Person to, String link) {}

  /** An answer, read as JSON where it is an object. */
  record Answer(int status, String text, Map<String, Object> json, HttpResponse<String> whole) {
    String get(String member) {
      return String.valueOf(json.get(member));
    }

    List<String> cookies() {
      return whole.headers().allValues("set-cookie");
    }

    /** The value a cookie is set to. */
    String cookie(String name) {
      return cookies().stream()
          .filter(line -> line.startsWith(name + "="))
          .map(line -> line.substring(name.length() + 1, line.indexOf(';')))
          .findFirst()
          .orElseThrow();
    }
  }

  private AuthServer(
      Database database,
      TurnableClock clock,
      String basePath,
      boolean proxied,
      AuthSettings.SignUp signUp) {
    this.clock = clock;
    this.database = database;
    AuthSettings settings = AuthSettings.of(signUp, () -> URI.create("https://sound.example/base"));
    auth =
        Auth.open(
            database,
            settings,
            (to, link) -> mails.add(new Mail(to, link.reveal())),
            left::add,
            new Pauses(),
            clock);
    Router router = new Router();
    auth.routes(router);
    auth.serviceRoutes(router, ServiceKeys.open(database, "auth", clock));
    web =
        WebServer.start(
            new WebServer.Settings(
                "127.0.0.1",
                0,
                basePath,
                proxied ? 1 : 0,
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                WebServer.Limits.of(1000),
                Set.of()),
            router);
  }

  /** An attempt's pause passes at once; those before refusals are counted and take no time. */
  private final class Pauses implements Credentials.Pause {
    @Override
    public void of(Duration time) {
      pauses.add(time);
      clock.advance(time);
    }

    @Override
    public void beforeRefusal(Duration time) {
      refusalPauses.add(time);
    }
  }

  static TurnableClock noon() {
    return new TurnableClock(Instant.parse("2026-05-01T12:00:00Z"));
  }

  static AuthServer start(Path folder) {
    return start(folder, AuthSettings.SignUp.OPEN, noon());
  }

  static AuthServer start(Path folder, AuthSettings.SignUp signUp, TurnableClock clock) {
    return new AuthServer(Database.sqlite(folder.resolve("tapedeck.db")), clock, "", false, signUp);
  }

  /** On another database than SQLite; closes it too. */
  static AuthServer on(Database database) {
    return new AuthServer(database, noon(), "", false, AuthSettings.SignUp.OPEN);
  }

  /** Mounted below a path, and believing what a proxy says. */
  static AuthServer mounted(Path folder, String basePath) {
    return new AuthServer(
        Database.sqlite(folder.resolve("tapedeck.db")),
        noon(),
        basePath,
        true,
        AuthSettings.SignUp.OPEN);
  }

  Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(web.uri().resolve(web.uri().getPath() + path.substring(1)))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      String text = response.body();
      @SuppressWarnings("unchecked") // the keys of a JSON object are strings
      Map<String, Object> json = text.startsWith("{") ? Json.read(text, Map.class) : Map.of();
      return new Answer(response.statusCode(), text, json, response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer post(String path, Map<String, ?> body, String... headers) {
    return send("POST", path, Json.text(body), headers);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  Answer signUp(String email) {
    return post("/v1/accounts", Map.of("email", email, "password", PASSWORD));
  }

  Answer signIn(String email, String password) {
    return post("/v1/sessions", Map.of("email", email, "password", password));
  }

  /** Signs up and in, and returns the bearer header's value. */
  String bearer(String email) {
    signUp(email);
    return "Bearer " + signIn(email, PASSWORD).get("accessToken");
  }

  /** An administrator's bearer header. */
  String adminBearer(String email) {
    auth.accounts()
        .add(
            email,
            new Secret(PASSWORD),
            io.tapedeck.core.Identity.Role.ADMIN,
            java.util.Locale.ENGLISH);
    return "Bearer " + signIn(email, PASSWORD).get("accessToken");
  }

  static String basic(String email, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((email + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.close();
    web.close();
    auth.close();
    database.close();
  }
}

package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.auth.Auth;
import io.tapedeck.contracts.Media;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Jwt;
import io.tapedeck.identity.SigningKey;
import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every route with every kind of credential, from one table. A route without a line fails it. */
@Timeout(300)
class AuthorisationMatrixTest {
  private static final String PASSWORD = "a long walk on the beach";

  /** Who may use a route. */
  private enum Access {
    /** Anybody; credentials do not matter. */
    OPEN,
    /** Anybody, but whoever shows a credential must show a good one. */
    OPTIONAL,
    /** Who shows something else than a token: HTTP Basic, or a refresh token in the body. */
    OTHER,
    /** Who has an account, by session or API key. */
    ACCOUNT,
    /** The owner of the thing, by session or API key; for others it does not exist. */
    OWNER,
    /** A person who is signed in; an API key is none. */
    PERSON,
    /** The person who owns the thing; for other people it does not exist. */
    OWNING_PERSON,
    /** A person who is an administrator. */
    ADMIN
  }

  /** One line: method, template, access, and how to ask so that an allowed request does little. */
  private record Line(String method, String path, Access access) {
    static Line of(String text) {
      String[] parts = text.strip().split("\\s+");
      return new Line(parts[0], parts[1], Access.valueOf(parts[2]));
    }

    String route() {
      return method + " " + path.replaceFirst("\\?.*", "");
    }
  }

  private static final List<Line> TABLE =
      """
      GET     /                              OPEN
      GET     /assets/*                      OPEN
      GET     /docs                          OPEN
      GET     /sw.js                         OPEN
      GET     /manifest.webmanifest          OPEN
      POST    /receive                       OPEN
      GET     /openapi.yaml                  OPEN
      GET     /l/{token}                     OPEN
      GET     /v1/shared/{token}             OPEN
      GET     /.well-known/jwks.json         OPEN
      GET     /v1/limits                     OPTIONAL
      OPTIONS /v1/uploads                    OPEN
      OPTIONS /v1/uploads/{id}               OPEN
      GET     /v1/sign-up                    OPEN
      POST    /v1/accounts                   OPEN
      POST    /v1/sessions                   OPEN
      POST    /v1/password-resets            OPEN
      POST    /v1/password-resets/{token}    OPEN
      GET     /v1/email-confirmations/{token} OPEN
      POST    /v1/email-confirmations/{token} OPEN
      POST    /login                         OTHER
      POST    /v1/sessions/refresh           OTHER
      GET     /v1/conversions                ACCOUNT
      POST    /v1/conversions                ACCOUNT
      POST    /upload                        ACCOUNT
      POST    /v1/uploads                    ACCOUNT
      GET     /v1/events                     ACCOUNT
      GET     /v1/archive                    ACCOUNT
      GET     /v1/archive/zip                ACCOUNT
      GET     /v1/accounts/me                ACCOUNT
      GET     /v1/conversions/{id}           OWNER
      POST    /v1/conversions/{id}/retry     OWNER
      POST    /v1/conversions/{id}/cancel    OWNER
      GET     /v1/conversions/{id}/mp3       OWNER
      POST    /v1/conversions/{id}/links     OWNER
      GET     /v1/conversions/{id}/links     OWNER
      DELETE  /v1/conversions/{id}/links/{link} OWNER
      GET     /download?fid={id}             OWNER
      HEAD    /v1/uploads/{id}               OWNER
      PATCH   /v1/uploads/{id}               OWNER
      POST    /v1/uploads/{id}               OWNER
      DELETE  /v1/uploads/{id}               OWNER
      DELETE  /v1/conversions/{id}           OWNER
      PATCH   /v1/accounts/me                PERSON
      DELETE  /v1/accounts/me                PERSON
      GET     /v1/sessions                   PERSON
      GET     /v1/api-keys                   PERSON
      POST    /v1/api-keys                   PERSON
      DELETE  /v1/sessions/{id}              OWNING_PERSON
      DELETE  /v1/api-keys/{id}              OWNING_PERSON
      POST    /v1/invites                    ADMIN
      GET     /v1/admin/server               ADMIN
      GET     /v1/admin/conversions          ADMIN
      POST    /v1/admin/conversions/{id}/retry ADMIN
      POST    /v1/admin/conversions/{id}/cancel ADMIN
      GET     /v1/admin/dead-letters         ADMIN
      POST    /v1/admin/dead-letters/{id}/retry ADMIN
      DELETE  /v1/admin/dead-letters/{id}    ADMIN
      GET     /v1/admin/people               ADMIN
      PATCH   /v1/admin/people/{id}          ADMIN
      DELETE  /v1/admin/people/{id}          ADMIN
      GET     /v1/admin/invites              ADMIN
      DELETE  /v1/admin/invites/{id}         ADMIN
      GET     /v1/admin/sign-up              ADMIN
      PUT     /v1/admin/sign-up              ADMIN
      GET     /v1/admin/acts                 ADMIN
      """
          .lines()
          .map(Line::of)
          .toList();

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Platform platform;
  private String conversion = "";

  @Test
  void everyRouteIsInTheTable() {
    try (Platform started = started()) {
      platform = started;
      Set<String> lines = new TreeSet<>(platform.roles().routes().lines());
      Set<String> table = new TreeSet<>(TABLE.stream().map(Line::route).toList());
      assertThat(table).isEqualTo(lines);
    }
  }

  @Test
  void everyCredentialGetsWhatItsHolderMayHave() throws Exception {
    try (Platform started = started()) {
      platform = started;
      Map<String, String> credentials = credentials();
      Map<String, String> wrong = new LinkedHashMap<>();
      for (Line line : TABLE) {
        for (Map.Entry<String, String> credential : credentials.entrySet()) {
          int status = ask(line, credential.getValue(), credentials);
          if (!expected(line.access(), credential.getKey(), status)) {
            wrong.put(line.route() + " as " + credential.getKey(), "" + status);
          }
        }
      }
      assertThat(wrong).as("what was answered").isEmpty();
    }
  }

  private Platform started() {
    return Platform.start(
        Settings.read(
            Map.of(
                "data", folder.resolve("data").toString(),
                "server.port", "0",
                "admin.port", "0"),
            Map.of(),
            Optional.empty()),
        Clock.systemUTC());
  }

  /** Bad credentials first, the owner last: the last lines of the table delete things. */
  private static boolean expected(Access access, String credential, int status) {
    boolean anonymous = credential.equals("anonymous");
    boolean valid = Set.of("other user", "admin", "API key", "owner").contains(credential);
    boolean allowed = status < 500 && !Set.of(401, 403, 404).contains(status);
    if (!valid && !(anonymous && access == Access.OPTIONAL)) {
      return switch (access) {
        case OPEN -> status != 401 && status < 500;
        case OTHER, OPTIONAL, ACCOUNT, OWNER, PERSON, OWNING_PERSON, ADMIN -> status == 401;
      };
    }
    boolean key = credential.equals("API key");
    boolean owner = credential.equals("owner");
    return switch (access) {
      case OPEN -> status != 401 && status < 500;
      case OPTIONAL, ACCOUNT -> allowed;
      case OTHER -> status == 401;
      case OWNER -> (owner || key) ? allowed : status == 404;
      case PERSON -> key ? status == 403 : allowed;
      case OWNING_PERSON -> key ? status == 403 : owner ? allowed : status == 404;
      // To an administrator, what does not exist is not found.
      case ADMIN -> credential.equals("admin") ? allowed || status == 404 : status == 403;
    };
  }

  private Map<String, String> credentials() throws Exception {
    String owner = signUp("owner@example.org");
    String other = signUp("other@example.org");
    String gone = signUp("gone@example.org");
    platform.roles().auth().accounts().remove("gone@example.org");
    platform
        .roles()
        .auth()
        .accounts()
        .add("boss@example.org", new Secret(PASSWORD), Role.ADMIN, Locale.ENGLISH);
    String revoked = signIn("owner@example.org");
    assertThat(send("DELETE", "/v1/sessions/current", revoked, "").statusCode()).isEqualTo(204);
    Document deletedKey = apiKey(owner);
    String id = deletedKey.text("id");
    assertThat(send("DELETE", "/v1/api-keys/" + id, owner, "").statusCode()).isEqualTo(204);
    SigningKey key = signingKey();
    Map<String, String> claims = claims(owner);
    String subject = String.valueOf(claims.get("sub"));
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    Duration life = Duration.ofMinutes(15);
    Map<String, String> session = Map.of("role", "user", "sid", String.valueOf(claims.get("sid")));
    Map<String, String> all = new LinkedHashMap<>();
    all.put("anonymous", "");
    all.put("no token", "nonsense");
    all.put(
        "expired",
        new Jwt.Signer(Auth.REALM, () -> key, past).sign(subject, life, session).reveal());
    all.put(
        "wrong audience",
        new Jwt.Signer(new Jwt.Realm("tapedeck", "tapedeck-services"), () -> key, Clock.systemUTC())
            .sign(subject, life, session)
            .reveal());
    all.put(
        "key of somebody else",
        new Jwt.Signer(Auth.REALM, SigningKey::generate, Clock.systemUTC())
            .sign(subject, life, session)
            .reveal());
    all.put("algorithm none", encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + body(owner) + ".");
    all.put("algorithm HS256", symmetric(key, owner));
    all.put("revoked session", revoked);
    all.put("deleted user", gone);
    all.put("deleted API key", deletedKey.text("key"));
    all.put("other user", other);
    all.put("admin", signIn("boss@example.org"));
    all.put("API key", apiKey(owner).text("key"));
    all.put("owner", owner);
    conversion = converted(owner);
    return all;
  }

  /** The key that signs the server's tokens, out of its database. */
  private SigningKey signingKey() throws SQLException {
    Path data = folder.resolve("data");
    return SigningKey.read(new Secret(ServerDatabase.value(data, "SELECT jwk FROM signing_keys")));
  }

  /** A token that is signed with the public key as if it were a secret. */
  private String symmetric(SigningKey key, String token) throws Exception {
    String jwks = send("GET", "/.well-known/jwks.json", "", "").body();
    String head =
        encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(key.id()))
            + body(token);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(jwks.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(head.getBytes(StandardCharsets.UTF_8));
    return head + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String body(String token) {
    return "." + token.split("\\.")[1];
  }

  private static Map<String, String> claims(String token) {
    Document claims =
        Document.of(
            new String(
                Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8));
    return Map.of("sub", claims.text("sub"), "sid", claims.text("sid"));
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The status of a request that does as little as it can where it is allowed. */
  private int ask(Line line, String token, Map<String, String> credentials) throws Exception {
    String owner = String.valueOf(credentials.get("owner"));
    String thing =
        switch (line.path().replaceFirst("^/v1/([a-z-]+).*", "$1")) {
          case "uploads" -> line.path().contains("{id}") ? upload(owner) : "";
          case "sessions" -> claims(signIn("owner@example.org")).get("sid");
          case "api-keys" -> apiKey(owner).text("id");
          default -> conversion;
        };
    String path =
        line.path()
            .replace("{id}", String.valueOf(thing))
            .replace("{token}", "tdp_nothing")
            .replace("{link}", "lnk_nothing")
            .replace("*", "nothing.js");
    // Of an answer without an end only the head is read.
    HttpResponse<InputStream> answer =
        client.send(request(line.method(), path, token, ""), BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }

  private HttpResponse<String> send(String method, String path, String token, String json)
      throws IOException, InterruptedException {
    return client.send(request(method, path, token, json), BodyHandlers.ofString());
  }

  private HttpRequest request(String method, String path, String token, String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(platform.web().uri().resolve(path)).header("Tus-Resumable", "1.0.0");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (path.startsWith("/v1/uploads/")) {
      request.header("X-HTTP-Method-Override", "HEAD");
      request.header("Content-Type", "application/offset+octet-stream");
      request.header("Upload-Offset", "0");
    }
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return request
        .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
        .build();
  }

  private String signUp(String email) throws Exception {
    assertThat(send("POST", "/v1/accounts", "", json(email)).statusCode()).isEqualTo(201);
    return signIn(email);
  }

  private String signIn(String email) throws Exception {
    return Document.of(send("POST", "/v1/sessions", "", json(email)).body()).text("accessToken");
  }

  private static String json(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}";
  }

  private Document apiKey(String owner) throws Exception {
    return Document.of(send("POST", "/v1/api-keys", owner, "{\"name\":\"k\"}").body());
  }

  private String upload(String owner) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(platform.web().uri().resolve("/v1/uploads"))
            .header("Authorization", "Bearer " + owner)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", "1000")
            .POST(BodyPublishers.noBody())
            .build();
    HttpResponse<String> made = client.send(request, BodyHandlers.ofString());
    String at = made.headers().firstValue("Location").orElseThrow();
    return at.substring(at.lastIndexOf('/') + 1);
  }

  private String converted(String owner) throws Exception {
    byte[] clip = Files.readAllBytes(Media.video(folder.resolve("clip.mp4"), 1));
    String head =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n";
    HttpRequest request =
        HttpRequest.newBuilder(platform.web().uri().resolve("/v1/conversions"))
            .header("Authorization", "Bearer " + owner)
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofByteArray(clip),
                    BodyPublishers.ofString("\r\n--b--\r\n")))
            .build();
    String id = Document.of(client.send(request, BodyHandlers.ofString()).body()).text("id");
    String state = "";
    for (int polls = 0; !state.equals("ready") && polls < 10; polls++) {
      state =
          Document.of(send("GET", "/v1/conversions/" + id + "?wait=30", owner, "").body())
              .text("state");
    }
    assertThat(state).isEqualTo("ready");
    return id;
  }
}

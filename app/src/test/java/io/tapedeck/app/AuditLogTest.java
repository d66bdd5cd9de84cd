package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.logging.LogLines;
import io.tapedeck.settings.Settings;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** What an operator finds in the audit log. */
class AuditLogTest {
  private static final String PASSWORD = "a long walk on the beach";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void back() {
    LogLines.configure(LogLines.Format.TEXT, Level.INFO, Optional.empty());
    client.close();
  }

  @Test
  void eachSecurityEventIsOneLineWithAccountAndAddressAndWithoutSecrets() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    LogLines.configure(LogLines.Format.TEXT, Level.ERROR, Optional.of(file));
    Map<String, String> flags =
        Map.of("data", folder.resolve("data").toString(), "server.port", "0", "admin.port", "0");
    try (Platform platform =
        Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC())) {
      String ada = "{\"email\":\"ada@example.org\",\"password\":\"" + PASSWORD + "\"}";
      send(platform, "POST", "/v1/accounts", "", ada);
      send(platform, "POST", "/v1/sessions", "", ada.replace(PASSWORD, "wrong-guess"));
      send(platform, "POST", "/v1/sessions", "", ada.replace("ada@", "typed-password@"));
      String token =
          Document.of(send(platform, "POST", "/v1/sessions", "", ada)).text("accessToken");
      String key = send(platform, "POST", "/v1/api-keys", token, "{\"name\":\"k\"}");
      String id = Document.of(key).text("id");
      send(platform, "POST", "/v1/invites", token, "{}");
      send(platform, "DELETE", "/v1/api-keys/" + id, token, "");
      send(
          platform,
          "PATCH",
          "/v1/accounts/me",
          token,
          "{\"password\":\"another walk\",\"currentPassword\":\"" + PASSWORD + "\"}");
      send(platform, "DELETE", "/v1/accounts/me", token, "{\"password\":\"another walk\"}");

      List<Document> lines = Files.readAllLines(file).stream().map(Document::of).toList();
      assertThat(lines)
          .extracting(line -> line.text("message"))
          .containsExactly(
              "account-created",
              "sign-in-refused",
              "sign-in-refused",
              "signed-in",
              "api-key-created",
              "forbidden",
              "api-key-deleted",
              "password-changed",
              "account-deleted");
      assertThat(lines)
          .allSatisfy(line -> {
            assertThat(line.text("logger")).isEqualTo("io.tapedeck.audit");
            assertThat(line.text("address")).isEqualTo("127.0.0.1");
          });
      String account = lines.getFirst().text("account");
      assertThat(account).startsWith("acc_");
      assertThat(lines.get(1).text("account")).isEqualTo(account);
      assertThat(lines.get(2).text("account")).isEqualTo("unknown");
      assertThat(lines.get(4).text("key")).isEqualTo(id);
      assertThat(Files.readString(file))
          .doesNotContain("example.org", PASSWORD, "guess", token, Document.of(key).text("key"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  private String send(Platform at, String method, String path, String token, String json)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at.web().uri().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }
}

package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tapedeck.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server behind a real nginx, configured as docs/operations.md says. */
class ProxyTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Platform platform;
  private Process nginx;
  private URI proxy;

  @BeforeEach
  void start() throws Exception {
    Optional<Path> program =
        Stream.of("/usr/sbin/nginx", "/usr/bin/nginx")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "nginx is not installed: apt-get install nginx-light");
    Map<String, String> flags =
        Map.of(
            "data",
            folder.resolve("data").toString(),
            "server.port",
            "0",
            "admin.port",
            "0",
            "server.behind-proxy",
            "true");
    platform = Platform.start(Settings.read(flags, Map.of(), Optional.empty()), Clock.systemUTC());
    int port = free();
    proxy = URI.create("http://127.0.0.1:" + port + "/");
    Files.writeString(folder.resolve("nginx.conf"), configuration(port));
    nginx =
        new ProcessBuilder(
                program.get().toString(), "-e", "stderr", "-p", folder + "/", "-c", "nginx.conf")
            .inheritIO()
            .start();
    awaitListening(port);
  }

  @AfterEach
  void stop() throws Exception {
    if (nginx != null) {
      nginx.destroy();
      nginx.waitFor();
    }
    if (platform != null) {
      platform.close();
    }
    client.close();
  }

  /** The example with this test's addresses, and all files in this test's folder. */
  private String configuration(int port) throws IOException {
    Matcher example =
        Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
    assertThat(example.find()).isTrue();
    String here = platform.web().uri().toString().replaceFirst("/$", "");
    String server =
        example
            .group(1)
            .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
            .replace("proxy_pass http://127.0.0.1:8080;", "proxy_pass " + here + ";");
    assertThat(server).contains(here, "" + port);
    return """
    daemon off;
    master_process off;
    pid nginx.pid;
    events {}
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxied;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
    """
        + server
        + "}\n";
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening(int port) throws Exception {
    while (nginx.isAlive()) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        Thread.onSpinWait(); // not yet
      }
    }
    throw new IllegalStateException("nginx ended with " + nginx.exitValue());
  }

  private HttpResponse<String> signIn(String path, String password, int forgedAs) throws Exception {
    String forged = "203.0.113." + forgedAs;
    HttpRequest request =
        HttpRequest.newBuilder(proxy.resolve(path))
            .header("Content-Type", "application/json")
            .header("Forwarded", "for=" + forged + ";proto=https;host=evil.example")
            .header("X-Forwarded-For", forged)
            .header("X-Forwarded-Host", "evil.example")
            .header("X-Forwarded-Server", "evil.example")
            .header("X-Forwarded-Port", "666")
            .header("X-Forwarded-Proto", "https")
            .header("X-Proxied-Https", "on")
            .POST(
                BodyPublishers.ofString(
                    "{\"email\":\"ada@example.org\",\"password\":\"" + password + "\"}"))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void whoForgesAnotherAddressForEachGuessIsCountedAsOneAllTheSame() throws Exception {
    HttpResponse<String> made = signIn("v1/accounts", "a long walk on the beach", 1);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains(proxy + "v1/accounts/me");
    for (int i = 2; i < 7; i++) {
      assertThat(signIn("v1/sessions", "a guess", i).statusCode()).isEqualTo(401);
    }
    String limits = ServerDatabase.value(folder.resolve("data"), "SELECT COUNT(*) FROM attempts");
    assertThat(limits)
        .as("accounts of an address; guesses of an address, for an account, and for both")
        .isEqualTo("4");
  }
}

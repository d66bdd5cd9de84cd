package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Route;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static final AccountId ADA = AccountId.at(Instant.EPOCH);
  private static final String CSRF = Authentication.csrfToken(new Secret("good")).reveal();

  private static WebServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Knows two tokens, as a small directory would. */
  private static final class TwoTokens implements Identity {
    @Override
    public Principal verify(Secret token) {
      return switch (token.reveal()) {
        case "good" -> new Principal(ADA, Role.USER);
        case "boss" -> new Principal(ADA, Role.ADMIN);
        default -> throw new Refusal(Code.UNAUTHENTICATED, "not one of the two");
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

  @BeforeAll
  static void start() {
    Authentication authentication = new Authentication(new TwoTokens());
    Route me = exchange -> Reply.text(200, authentication.principal(exchange).role().name());
    Router router =
        new Router()
            .on("GET", "/me", me)
            .on("POST", "/me", me)
            .on("DELETE", "/me", me)
            .on("PATCH", "/me", me)
            .on(
                "GET",
                "/maybe",
                exchange ->
                    Reply.text(200, "" + authentication.principalIfAny(exchange).isPresent()))
            .on("GET", "/boss", exchange -> Reply.text(200, "" + authentication.admin(exchange)));
    server = WebServer.start(WebServer.Settings.local(0), router);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBearerTokenSaysWhoAsksWhateverTheCase() throws Exception {
    for (String scheme : new String[] {"Bearer ", "bearer ", "BEARER  "}) {
      assertThat(send("POST", "me", "Authorization", scheme + "good").body()).isEqualTo("USER");
    }
  }

  @Test
  void withoutATokenTheRequestIsRefusedAndToldHow() throws Exception {
    HttpResponse<String> response = send("GET", "me");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(response.body()).contains("unauthenticated");
    assertThat(send("GET", "maybe").body()).isEqualTo("false");
  }

  @Test
  void aWrongTokenIsRefusedWhereNoneIsNeededToo() throws Exception {
    assertThat(send("GET", "maybe", "Authorization", "Bearer bad").statusCode()).isEqualTo(401);
  }

  @Test
  void basicAndTwoHeadersAreNotAccepted() throws Exception {
    assertThat(send("GET", "me", "Authorization", "Basic Z29vZA==").statusCode()).isEqualTo(401);
    assertThat(
            send("GET", "me", "Authorization", "Bearer good", "Authorization", "Bearer boss")
                .statusCode())
        .isEqualTo(401);
    assertThat(send("GET", "me", "Authorization", "Bearergood").statusCode()).isEqualTo(401);
  }

  @Test
  void aCookieReadsWithoutMoreAndChangesOnlyWithTheCsrfToken() throws Exception {
    assertThat(send("GET", "me", "Cookie", "tapedeck_session=good").body()).isEqualTo("USER");
    for (String method : new String[] {"POST", "DELETE", "PATCH"}) {
      assertThat(send(method, "me", "Cookie", "tapedeck_session=good").statusCode()).isEqualTo(403);
      assertThat(send(method, "me", "Cookie", "tapedeck_session=good", "X-CSRF-Token", CSRF).body())
          .isEqualTo("USER");
    }
  }

  @Test
  void aPlantedCsrfCookieDoesNotHelp() throws Exception {
    String planted = "tapedeck_session=good; tapedeck_csrf=mine";
    assertThat(send("POST", "me", "Cookie", planted, "X-CSRF-Token", "mine").statusCode())
        .isEqualTo(403);
    String other = Authentication.csrfToken(new Secret("boss")).reveal();
    assertThat(send("POST", "me", "Cookie", planted, "X-CSRF-Token", other).statusCode())
        .isEqualTo(403);
    assertThat(send("POST", "me", "Cookie", planted, "X-CSRF-Token", "").statusCode())
        .isEqualTo(403);
  }

  @Test
  void theHeaderStandsBeforeTheCookie() throws Exception {
    assertThat(
            send("POST", "me", "Cookie", "tapedeck_session=good", "Authorization", "Bearer boss")
                .body())
        .isEqualTo("ADMIN");
    assertThat(
            send("GET", "me", "Cookie", "tapedeck_session=good", "Authorization", "Bearer bad")
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void whatIsForAdministratorsIsForbiddenToOthers() throws Exception {
    assertThat(send("GET", "boss", "Authorization", "Bearer boss").statusCode()).isEqualTo(200);
    assertThat(send("GET", "boss", "Authorization", "Bearer good").statusCode()).isEqualTo(403);
    assertThat(send("GET", "boss").statusCode()).isEqualTo(401);
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}

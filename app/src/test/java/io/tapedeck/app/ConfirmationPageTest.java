package io.tapedeck.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity.Person;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import io.tapedeck.notification.ConfirmedAddresses;
import io.tapedeck.sql.Database;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfirmationPageTest {
  @Test
  void openingTheLinkAsksAndTheButtonConfirms(@TempDir Path folder) throws Exception {
    Router router = new Router();
    try (Database database = Database.sqlite(folder.resolve("tapedeck.db"))) {
      ConfirmedAddresses addresses = new ConfirmedAddresses(database, Clock.systemUTC());
      new ConfirmationPage(addresses).routes(router);
      Person person = new Person(AccountId.at(Instant.now()), "ada@example.org", Locale.ENGLISH);
      String token = addresses.ask(person).orElseThrow().reveal();
      try (WebServer web = WebServer.start(WebServer.Settings.local(0), router);
          HttpClient client = HttpClient.newHttpClient()) {
        assertThat(send(client, web, "GET", token, "en").body())
            .contains("Is this your e-mail address?", "<form method=\"post\">");
        assertThat(send(client, web, "GET", token, "it-IT").body()).contains("tuo indirizzo");
        HttpResponse<String> wrong = send(client, web, "POST", "0".repeat(48), "en");
        assertThat(wrong.statusCode()).isEqualTo(410);
        assertThat(wrong.body()).contains("expired").doesNotContain("<form");
        HttpResponse<String> done = send(client, web, "POST", token, "it");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("confermato");
        assertThat(done.headers().firstValue("Content-Security-Policy").orElse(""))
            .contains("default-src 'none'");
      }
    }
  }

  private static HttpResponse<String> send(
      HttpClient client, WebServer web, String method, String token, String language)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(web.uri().resolve("v1/email-confirmations/" + token))
            .header("Accept-Language", language)
            .method(method, BodyPublishers.noBody())
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}

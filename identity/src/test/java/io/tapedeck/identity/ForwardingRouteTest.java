package io.tapedeck.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Secret;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.http.WebServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForwardingRouteTest {
  /** Headers in which a client could claim to be another, elsewhere, or safe. */
  private static final Map<String, String> FORGED =
      Map.of(
          "Forwarded", "for=203.0.113.66;proto=https;host=evil.example",
          "X-Forwarded-For", "203.0.113.66",
          "X-Forwarded-Host", "evil.example",
          "X-Forwarded-Port", "666",
          "X-Forwarded-Proto", "https");

  private static final Router WHO =
      new Router()
          .on(
              "GET",
              "/who",
              exchange ->
                  Reply.text(
                      200, exchange.remote() + " " + exchange.origin() + " " + exchange.secure()));

  @Test
  void aServiceLearnsOfTheClientFromTheGatewayAndNotFromTheClient() throws Exception {
    try (WebServer auth = WebServer.start(WebServer.Settings.local(0).trusting(), WHO);
        ServiceClient service = new ServiceClient("auth", auth.uri(), () -> new Secret("token"));
        WebServer gateway =
            WebServer.start(
                WebServer.Settings.local(0),
                new Router().on("GET", "/who", new ForwardingRoute(service)));
        HttpClient client = HttpClient.newHttpClient()) {
      for (Map.Entry<String, String> forged : FORGED.entrySet()) {
        HttpRequest request =
            HttpRequest.newBuilder(gateway.uri().resolve("/who"))
                .header(forged.getKey(), forged.getValue())
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).body())
            .as(forged.getKey())
            .isEqualTo("127.0.0.1 http://127.0.0.1:" + gateway.uri().getPort() + " false");
      }
    }
  }
}

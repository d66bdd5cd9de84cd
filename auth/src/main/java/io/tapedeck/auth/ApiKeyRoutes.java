package io.tapedeck.auth;

import io.tapedeck.auth.ApiKeys.ApiKey;
import io.tapedeck.auth.LocalIdentity.SignedIn;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Token;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API keys over HTTP. A signed-in person creates, lists and deletes them; an API key may not. */
final class ApiKeyRoutes {
  private final Auth.Parts auth;

  ApiKeyRoutes(Auth.Parts auth) {
    this.auth = auth;
  }

  private record Create(@Nullable String name) {}

  private record CreatedReply(
      String id, String name, String start, Instant createdAt, String key) {}

  void on(Router router) {
    router
        .on("GET", "/v1/api-keys", this::list)
        .on("POST", "/v1/api-keys", this::create)
        .on("DELETE", "/v1/api-keys/{id}", this::delete);
  }

  private Reply list(Exchange exchange) {
    return Reply.json(Map.of("apiKeys", auth.apiKeys().of(auth.signedIn(exchange).account())));
  }

  private Reply create(Exchange exchange) throws IOException {
    SignedIn here = auth.signedIn(exchange);
    String name = exchange.jsonIfAny(Create.class).map(Create::name).orElse(null);
    ApiKeys.Created made = auth.apiKeys().create(here.account(), name);
    ApiKey key = made.key();
    Audit.log(Audit.Event.API_KEY_CREATED, here.account(), exchange.remote(), "key", key.id());
    return Reply.json(
            201,
            new CreatedReply(
                key.id(), key.name(), key.start(), key.createdAt(), made.secret().reveal()))
        .header("Location", exchange.origin() + "/v1/api-keys/" + key.id())
        .header("Cache-Control", "no-store");
  }

  private Reply delete(Exchange exchange) {
    SignedIn here = auth.signedIn(exchange);
    String id = Token.checkedId(exchange.path("id"));
    if (!auth.apiKeys().delete(here.account(), id)) {
      throw new Refusal(Code.NOT_FOUND, "you have no such API key");
    }
    Audit.log(Audit.Event.API_KEY_DELETED, here.account(), exchange.remote(), "key", id);
    return Reply.nothing();
  }
}

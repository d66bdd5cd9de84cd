package io.tapedeck.auth;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.Jwt;
import java.io.IOException;
import java.util.Map;

/** The routes of auth that are only for the other services of a cluster. */
final class ServiceRoutes {
  /** Bytes of a JSON body: enough for what fits into a client's request head, with escapes. */
  private static final int ASKED = 64 * 1024;

  private final Identity identity;
  private final Jwt.Verifier services;

  private record Token(String token) {}

  private record SignIn(String email, String password, String from) {}

  ServiceRoutes(Identity identity, Jwt.Verifier services) {
    this.identity = identity;
    this.services = services;
  }

  void on(Router router) {
    router
        .on("POST", "/internal/callers", this::principal)
        .on("POST", "/internal/sign-ins", this::signIn)
        .on("GET", "/internal/people/{id}", this::person);
  }

  private Reply principal(Exchange exchange) throws IOException {
    admit(exchange);
    Principal principal = identity.verify(new Secret(exchange.json(Token.class, ASKED).token()));
    return Reply.json(
        Map.of("account", principal.account().value(), "role", principal.role().name()));
  }

  private Reply signIn(Exchange exchange) throws IOException {
    admit(exchange);
    SignIn asked = exchange.json(SignIn.class, ASKED);
    Secret token = identity.signIn(asked.email(), new Secret(asked.password()), asked.from());
    return Reply.json(Map.of("token", token.reveal()));
  }

  private Reply person(Exchange exchange) {
    admit(exchange);
    return identity
        .person(new AccountId(exchange.path("id")))
        .map(person ->
            Reply.json(
                Map.of("email", person.email(), "language", person.language().toLanguageTag())))
        .orElseThrow(() -> new Refusal(Code.NOT_FOUND, "there is no such account"));
  }

  private void admit(Exchange exchange) {
    try {
      services.verify(Authentication.required(exchange));
    } catch (Refusal refusal) {
      // Not 401: the service is wrong, not the person for whom the service asks.
      throw new Refusal(Code.FORBIDDEN, "only our services may ask: " + refusal.problem().detail());
    }
  }
}

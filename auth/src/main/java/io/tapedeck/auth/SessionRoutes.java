package io.tapedeck.auth;

import io.tapedeck.auth.LocalIdentity.SignedIn;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Problems;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.BasicCredentials;
import io.tapedeck.identity.KnownDevices;
import io.tapedeck.identity.SessionCookies;
import io.tapedeck.identity.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signing in, refreshing a session, and signing out.
 *
 * <p>{@code POST /v1/sessions} with {@code "cookie": true} is for pages. The tokens come as cookies
 * that no script can read. The answer contains only the lifetime and the CSRF token.
 */
final class SessionRoutes {
  private static final int CACHED_SECONDS = 60;

  private final Auth.Parts auth;

  SessionRoutes(Auth.Parts auth) {
    this.auth = auth;
  }

  private record SignIn(
      @Nullable String email, @Nullable Secret password, Optional<Boolean> cookie) {}

  private record Refresh(Optional<Secret> refreshToken) {}

  private record TokenReply(
      String accessToken, String refreshToken, long expiresIn, String tokenType) {}

  private record CookieReply(String csrfToken, long expiresIn) {}

  private record SessionReply(
      String id,
      String client,
      String address,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      boolean current) {}

  void on(Router router) {
    router
        .on("POST", "/v1/sessions", this::signIn)
        .on("POST", "/v1/sessions/refresh", this::refresh)
        .on("GET", "/v1/sessions", this::list)
        .on("DELETE", "/v1/sessions/{id}", this::signOut)
        .on("GET", "/.well-known/jwks.json", this::keys)
        .on("POST", "/login", this::login);
  }

  private Reply signIn(Exchange exchange) throws IOException {
    Optional<BasicCredentials> basic = BasicCredentials.of(exchange);
    Optional<SignIn> body = exchange.jsonIfAny(SignIn.class);
    BasicCredentials given =
        basic
            .or(() -> body.flatMap(SessionRoutes::credentials))
            .orElseThrow(() ->
                new Refusal(Code.BAD_REQUEST, "send email and password, as JSON or HTTP Basic"));
    boolean cookie = body.flatMap(SignIn::cookie).orElse(false);
    if (cookie) {
      Authentication.checkOrigin(exchange);
    }
    Optional<String> devices = exchange.cookie(Authentication.DEVICE_COOKIE);
    Accounts.WithHash known =
        auth.credentials().check(given.email(), given.password(), Credentials.Client.of(exchange));
    Sessions.Tokens tokens = auth.sessions().open(known.account(), client(exchange));
    Audit.log(Audit.Event.SIGNED_IN, known.account().id(), exchange.remote());
    return cookie
        ? SessionCookies.device(
            cookies(exchange, tokens), exchange, KnownDevices.with(devices, known.hash()))
        : tokens(tokens);
  }

  private static Optional<BasicCredentials> credentials(SignIn body) {
    return body.email() == null || body.password() == null
        ? Optional.empty()
        : Optional.of(new BasicCredentials(body.email(), body.password()));
  }

  private Reply refresh(Exchange exchange) throws IOException {
    Optional<Secret> given = exchange.jsonIfAny(Refresh.class).flatMap(Refresh::refreshToken);
    if (given.isPresent()) {
      return tokens(auth.sessions().refresh(given.get(), client(exchange)));
    }
    Secret cookie =
        exchange
            .cookie(Authentication.REFRESH_COOKIE)
            .map(Secret::new)
            .orElseThrow(() -> new Refusal(Code.UNAUTHENTICATED, "send the member refreshToken"));
    // The access token may be gone, so the request must repeat the readable cookie itself.
    Secret readable = new Secret(exchange.cookie(Authentication.CSRF_COOKIE).orElse(""));
    Authentication.checkCsrf(exchange, readable);
    Authentication.checkOrigin(exchange);
    try {
      return cookies(exchange, auth.sessions().refresh(cookie, client(exchange)));
    } catch (Refusal refusal) {
      return SessionCookies.clear(Problems.reply(refusal, exchange.traceId()), exchange);
    }
  }

  private Reply list(Exchange exchange) {
    SignedIn here = auth.signedIn(exchange);
    return Reply.json(
        Map.of(
            "sessions",
            auth.sessions().of(here.account()).stream()
                .map(session -> view(session, here.session()))
                .toList()));
  }

  private static SessionReply view(Session session, String current) {
    return new SessionReply(
        session.id(),
        session.client(),
        session.address(),
        session.createdAt(),
        session.usedAt(),
        session.expiresAt(),
        session.id().equals(current));
  }

  /** Ends the session {@code current}, the sessions {@code others}, or the session with this id. */
  private Reply signOut(Exchange exchange) {
    SignedIn here = auth.signedIn(exchange);
    String id = exchange.path("id");
    if (id.equals("others")) {
      auth.sessions().endOthers(here.account(), here.session());
      Audit.log(Audit.Event.OTHER_SESSIONS_ENDED, here.account(), exchange.remote());
      return Reply.nothing();
    }
    String session = id.equals("current") ? here.session() : Token.checkedId(id);
    if (!auth.sessions().end(here.account(), session)) {
      throw new Refusal(Code.NOT_FOUND, "you have no such session");
    }
    Audit.log(Audit.Event.SIGNED_OUT, here.account(), exchange.remote(), "session", session);
    return session.equals(here.session())
        ? SessionCookies.clear(Reply.nothing(), exchange)
        : Reply.nothing();
  }

  private Reply keys(Exchange exchange) {
    return Reply.bytes(
            200,
            "application/jwk-set+json",
            auth.keys().known().json().getBytes(StandardCharsets.UTF_8))
        .header("Cache-Control", "public, max-age=" + CACHED_SECONDS);
  }

  /** The sign-in of the well-known tutorial: HTTP Basic, and the token is the whole answer. */
  private Reply login(Exchange exchange) {
    BasicCredentials basic =
        BasicCredentials.of(exchange)
            .orElseThrow(
                () -> new Refusal(Code.UNAUTHENTICATED, "send email and password as HTTP Basic"));
    Secret token =
        auth.identity().signIn(basic.email(), basic.password(), Credentials.Client.of(exchange));
    return unstored(Reply.text(200, token.reveal()));
  }

  private Reply tokens(Sessions.Tokens tokens) {
    return unstored(
        Reply.json(
            new TokenReply(
                tokens.access().reveal(),
                tokens.refresh().reveal(),
                auth.settings().accessLife().toSeconds(),
                "Bearer")));
  }

  private Reply cookies(Exchange exchange, Sessions.Tokens tokens) {
    String csrf = Authentication.csrfToken(tokens.access()).reveal();
    Reply reply = Reply.json(new CookieReply(csrf, auth.settings().accessLife().toSeconds()));
    AuthSettings settings = auth.settings();
    return SessionCookies.set(
        unstored(reply),
        exchange,
        new SessionCookies.Token(tokens.access(), settings.accessLife()),
        new SessionCookies.Token(tokens.refresh(), settings.sessionLife()));
  }

  private static Reply unstored(Reply reply) {
    return reply.header("Cache-Control", "no-store");
  }

  private static Session.Client client(Exchange exchange) {
    return new Session.Client(exchange.header("User-Agent").orElse(""), exchange.remote());
  }
}

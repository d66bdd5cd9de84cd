package io.tapedeck.auth;

import static io.tapedeck.identity.Authentication.CSRF_COOKIE;
import static io.tapedeck.identity.Authentication.REFRESH_COOKIE;
import static io.tapedeck.identity.Authentication.SESSION_COOKIE;

import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.identity.Authentication;
import java.time.Duration;

/**
 * The cookies of a page: the tokens where no script can read them, and the CSRF token where only a
 * script of ours can.
 */
final class SessionCookies {
  private static final String HIDDEN = "; HttpOnly";
  private static final String READABLE = "";

  private SessionCookies() {}

  /** Sets all three; they live as long as what they hold. */
  static Reply set(Reply reply, Exchange exchange, Sessions.Tokens tokens, AuthSettings settings) {
    Secret csrf = Authentication.csrfToken(tokens.access());
    Duration access = settings.accessLife();
    Duration session = settings.sessionLife();
    return reply
        .header("Set-Cookie", line(exchange, SESSION_COOKIE, tokens.access(), "/", access, HIDDEN))
        .header(
            "Set-Cookie",
            line(exchange, REFRESH_COOKIE, tokens.refresh(), "/v1/sessions", session, HIDDEN))
        .header("Set-Cookie", line(exchange, CSRF_COOKIE, csrf, "/", session, READABLE));
  }

  /** Takes all three back. */
  static Reply clear(Reply reply, Exchange exchange) {
    Secret none = new Secret("");
    return reply
        .header("Set-Cookie", line(exchange, SESSION_COOKIE, none, "/", Duration.ZERO, HIDDEN))
        .header(
            "Set-Cookie",
            line(exchange, REFRESH_COOKIE, none, "/v1/sessions", Duration.ZERO, HIDDEN))
        .header("Set-Cookie", line(exchange, CSRF_COOKIE, none, "/", Duration.ZERO, READABLE));
  }

  private static String line(
      Exchange exchange, String name, Secret value, String path, Duration life, String hidden) {
    return name
        + "="
        + value.reveal()
        + "; Path="
        + exchange.basePath()
        + path
        + "; Max-Age="
        + life.toSeconds()
        + "; SameSite=Strict"
        + hidden
        + (exchange.secure() ? "; Secure" : "");
  }
}

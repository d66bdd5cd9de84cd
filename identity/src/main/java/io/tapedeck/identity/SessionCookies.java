package io.tapedeck.identity;

import static io.tapedeck.identity.Authentication.CSRF_COOKIE;
import static io.tapedeck.identity.Authentication.REFRESH_COOKIE;
import static io.tapedeck.identity.Authentication.SESSION_COOKIE;

import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import java.time.Duration;

/**
 * The cookies of a page: the tokens where no script can read them, and the CSRF token where only a
 * script of ours can.
 */
public final class SessionCookies {
  private static final String HIDDEN = "; HttpOnly";
  private static final String READABLE = "";

  private SessionCookies() {}

  /** A token and how long it lives from now on. */
  public record Token(Secret value, Duration life) {}

  /** Sets all three; they live as long as what they hold. */
  public static Reply set(Reply reply, Exchange exchange, Token access, Token refresh) {
    Secret csrf = Authentication.csrfToken(access.value());
    return reply
        .header(
            "Set-Cookie",
            line(exchange, SESSION_COOKIE, access.value(), "/", access.life(), HIDDEN))
        .header(
            "Set-Cookie",
            line(exchange, REFRESH_COOKIE, refresh.value(), "/v1/sessions", refresh.life(), HIDDEN))
        .header("Set-Cookie", line(exchange, CSRF_COOKIE, csrf, "/", refresh.life(), READABLE));
  }

  /** Takes all three back. */
  public static Reply clear(Reply reply, Exchange exchange) {
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

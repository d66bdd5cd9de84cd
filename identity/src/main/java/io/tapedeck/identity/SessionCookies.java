package io.tapedeck.identity;

import static io.tapedeck.identity.Authentication.CSRF_COOKIE;
import static io.tapedeck.identity.Authentication.DEVICE_COOKIE;
import static io.tapedeck.identity.Authentication.REFRESH_COOKIE;
import static io.tapedeck.identity.Authentication.SESSION_COOKIE;

import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import java.time.Duration;

/**
 * The cookies of a page. No script can read the tokens. Only our own scripts can read the CSRF
 * token.
 */
public final class SessionCookies {
  private static final String HIDDEN = "; HttpOnly";
  private static final String READABLE = "";

  /** Browsers keep no cookie for longer. */
  private static final Duration LONGEST = Duration.ofDays(400);

  private SessionCookies() {}

  /** A token and how long it is valid from now on. */
  public record Token(Secret value, Duration life) {}

  /**
   * Sets all three cookies. A token's cookie lives as long as the token, the CSRF cookie as long as
   * the refresh token.
   */
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

  /** Sets the cookie by which a browser is known again after signing out. */
  public static Reply device(Reply reply, Exchange exchange, String value) {
    return reply.header(
        "Set-Cookie",
        line(exchange, DEVICE_COOKIE, new Secret(value), "/v1/sessions", LONGEST, HIDDEN));
  }

  /** Deletes the cookies of the session. The device stays known. */
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

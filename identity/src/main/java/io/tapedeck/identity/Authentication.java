package io.tapedeck.identity;

import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the principal of a request, in one way for all routes: from {@code Authorization: Bearer}
 * with an access token or an API key, else from the page's cookie.
 *
 * <p>A browser sends cookies with requests that other pages cause. So a request that changes
 * something and has only the cookie must also carry {@value #CSRF_HEADER}. Its value must equal the
 * readable cookie {@value #CSRF_COOKIE}, which is derived from the access token. Another page can
 * neither read this value nor set one that fits.
 */
public final class Authentication {
  /** The access token of a page; HttpOnly. */
  public static final String SESSION_COOKIE = "tapedeck_session";

  /** The refresh token of a page; HttpOnly, sent to {@code /v1/sessions} only. */
  public static final String REFRESH_COOKIE = "tapedeck_refresh";

  /** The value that a page sends back as {@value #CSRF_HEADER}; readable by the page. */
  public static final String CSRF_COOKIE = "tapedeck_csrf";

  /**
   * Shows that a browser signed in before, and to which accounts; HttpOnly, sent to {@code
   * /v1/sessions} only. It stays after signing out.
   */
  public static final String DEVICE_COOKIE = "tapedeck_device";

  public static final String CSRF_HEADER = "X-CSRF-Token";

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
  private static final String BEARER = "bearer ";

  private final Identity identity;

  public Authentication(Identity identity) {
    this.identity = identity;
  }

  /**
   * The principal of a request.
   *
   * @throws Refusal {@link Code#UNAUTHENTICATED}, {@link Code#TOKEN_EXPIRED}, {@link
   *     Code#FORBIDDEN} when the CSRF token is missing or wrong, or {@link Code#RATE_LIMITED} when
   *     the account has too many requests under way
   */
  public Principal principal(Exchange exchange) {
    return counted(exchange, identity.verify(required(exchange)));
  }

  private static Principal counted(Exchange exchange, Principal principal) {
    exchange.countFor(principal.account().value());
    return principal;
  }

  /** The principal, or empty when the request has no token; a wrong token is refused. */
  public Optional<Principal> principalIfAny(Exchange exchange) {
    return token(exchange).map(identity::verify).map(found -> counted(exchange, found));
  }

  /** The principal, who must be an administrator; others get {@link Code#FORBIDDEN}. */
  public Principal admin(Exchange exchange) {
    Principal principal = principal(exchange);
    if (principal.role() != Role.ADMIN) {
      throw new Refusal(Code.FORBIDDEN, "this is for administrators");
    }
    return principal;
  }

  /** The token that a request carries, found as in {@link #principal}; not verified yet. */
  public static Secret required(Exchange exchange) {
    return token(exchange)
        .orElseThrow(() ->
            new Refusal(
                Code.UNAUTHENTICATED, "send Authorization: Bearer and an access token or API key"));
  }

  /** The token that a request carries, or empty; not verified yet. */
  public static Optional<Secret> token(Exchange exchange) {
    List<String> headers = exchange.headers("Authorization");
    if (headers.isEmpty()) {
      Optional<Secret> cookie = exchange.cookie(SESSION_COOKIE).map(Secret::new);
      cookie.ifPresent(session -> {
        checkCsrf(exchange, csrfToken(session));
        checkOrigin(exchange);
      });
      return cookie;
    }
    String header = headers.getFirst();
    if (headers.size() > 1 || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw new Refusal(
          Code.UNAUTHENTICATED, "one Authorization header of the kind Bearer is accepted here");
    }
    return Optional.of(new Secret(header.substring(BEARER.length()).strip()));
  }

  /** The value that the page must send as {@value #CSRF_HEADER} with this access token. */
  public static Secret csrfToken(Secret accessToken) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("csrf\n" + accessToken.reveal()).getBytes(StandardCharsets.UTF_8));
      return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Refuses a request that changes something, or signs in, when a browser says that another site
   * caused it. For requests whose cookies count. Programs that are no browsers send neither header.
   *
   * @throws Refusal {@link Code#FORBIDDEN}
   */
  public static void checkOrigin(Exchange exchange) {
    Optional<String> site = exchange.header("Sec-Fetch-Site");
    boolean own =
        site.map(OWN_SITE::contains)
            .orElseGet(() -> exchange.header("Origin").map(exchange::isOwn).orElse(true));
    if (!SAFE.contains(exchange.method()) && !own) {
      throw new Refusal(
          Code.FORBIDDEN,
          "another site caused this request; send it from the page of this server, or with a Bearer"
              + " token. Behind a proxy, server.behind-proxy tells how people reach this server");
    }
  }

  /**
   * Refuses a request that changes something without the right {@value #CSRF_HEADER}. An empty
   * expected value fits no request.
   *
   * @throws Refusal {@link Code#FORBIDDEN}
   */
  public static void checkCsrf(Exchange exchange, Secret expected) {
    Optional<Secret> sent = exchange.header(CSRF_HEADER).map(Secret::new);
    boolean fits = !expected.reveal().isEmpty() && sent.equals(Optional.of(expected));
    if (!SAFE.contains(exchange.method()) && !fits) {
      throw new Refusal(
          Code.FORBIDDEN,
          CSRF_HEADER
              + " must say what the cookie "
              + CSRF_COOKIE
              + " says, or send a Bearer token");
    }
  }
}

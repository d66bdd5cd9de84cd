package io.tapedeck.auth;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How people come in.
 *
 * @param signUp who may make an account
 * @param publicUrl where people reach this server, such as {@code https://sound.example/base/};
 *     links in e-mails begin with it. Never taken from a request: a stranger could then have a
 *     e-mail point to another server
 * @param accessLife of an access token
 * @param sessionLife of a session since it was last refreshed
 * @param resetLife of the link in a reset e-mail
 * @param inviteLife of an invitation
 * @param keyLife after which tokens are signed with a new key
 */
public record AuthSettings(
    SignUp signUp,
    Supplier<URI> publicUrl,
    Duration accessLife,
    Duration sessionLife,
    Duration resetLife,
    Duration inviteLife,
    Duration keyLife) {

  /** Who may make an account. */
  public enum SignUp {
    /** Anybody. */
    OPEN,
    /** Who has an invitation of an administrator. */
    INVITE,
    /** Nobody: an administrator adds people on the command line. */
    CLOSED
  }

  /** The default lifetimes: 15 minutes, 30 days, 1 hour, 7 days, 30 days. */
  public static AuthSettings of(SignUp signUp, Supplier<URI> publicUrl) {
    return new AuthSettings(
        signUp,
        publicUrl,
        Duration.ofMinutes(15),
        Duration.ofDays(30),
        Duration.ofHours(1),
        Duration.ofDays(7),
        Duration.ofDays(30));
  }

  /** A link into the page. What follows {@code #} reaches no server, log or Referer. */
  String link(String name, String token) {
    String base = publicUrl.get().toString();
    return base + (base.endsWith("/") ? "" : "/") + "#" + name + "=" + token;
  }
}

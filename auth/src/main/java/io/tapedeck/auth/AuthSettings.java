package io.tapedeck.auth;

import io.tapedeck.identity.KeySeal;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The settings of accounts, sessions and tokens.
 *
 * @param signUp who may create an account
 * @param publicUrl where people reach this server, such as {@code https://sound.example/base/};
 *     links in e-mails begin with it. It is never taken from a request: an attacker could then make
 *     an e-mail link to another server
 * @param accessLife lifetime of an access token
 * @param sessionLife lifetime of a session after its last refresh
 * @param resetLife lifetime of the link in a reset e-mail
 * @param inviteLife lifetime of an invitation
 * @param keyLife after this time a new key signs the tokens
 * @param seal seals the private keys in the database
 * @param mail whether e-mails reach people: a mail server is set
 */
public record AuthSettings(
    SignUp signUp,
    Supplier<URI> publicUrl,
    Duration accessLife,
    Duration sessionLife,
    Duration resetLife,
    Duration inviteLife,
    Duration keyLife,
    KeySeal seal,
    boolean mail) {

  /** Who may create an account. */
  public enum SignUp {
    /** Anybody. */
    OPEN,
    /** People with an invitation from an administrator. */
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
        Duration.ofDays(30),
        new KeySeal(Optional.empty()),
        true);
  }

  /** The same settings, with private keys sealed. */
  public AuthSettings sealedBy(KeySeal other) {
    return new AuthSettings(
        signUp, publicUrl, accessLife, sessionLife, resetLife, inviteLife, keyLife, other, mail);
  }

  /** The same settings, where a mail server is set or not. */
  public AuthSettings mailing(boolean set) {
    return new AuthSettings(
        signUp, publicUrl, accessLife, sessionLife, resetLife, inviteLife, keyLife, seal, set);
  }

  /** A link into the page. The part after {@code #} is not sent to a server, a log or a Referer. */
  String link(String name, String token) {
    String base = publicUrl.get().toString();
    return base + (base.endsWith("/") ? "" : "/") + "#" + name + "=" + token;
  }
}

package io.tapedeck.admin;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Principal;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Authentication;
import java.util.Optional;

/** Admits administrators only, and reads what all their routes have in common. */
final class AdminAccess {
  static final int DEFAULT_PAGE = 50;
  private static final int LARGEST_PAGE = 100;

  /**
   * How API keys begin. Keys lie in scripts and files, so an administrator's key administers
   * nothing.
   */
  private static final String API_KEY = "tdk_";

  private final Authentication authentication;

  AdminAccess(Identity identity) {
    authentication = new Authentication(identity);
  }

  /**
   * The administrator who sent the request.
   *
   * @throws Refusal {@link Code#FORBIDDEN} for others and for API keys, or as {@link
   *     Authentication#principal}
   */
  AccountId admin(Exchange exchange) {
    Principal principal = authentication.principal(exchange);
    boolean key = Authentication.token(exchange).map(Secret::reveal).orElse("").startsWith(API_KEY);
    if (principal.role() != Role.ADMIN || key) {
      Audit.log(
          Audit.Event.FORBIDDEN, principal.account(), exchange.remote(), "what", "administration");
      throw new Refusal(
          Code.FORBIDDEN,
          key
              ? "an API key may not administer this server; sign in for that"
              : "this is for administrators");
    }
    return principal.account();
  }

  static int limit(Exchange exchange) {
    String text = exchange.query("limit").orElse(String.valueOf(DEFAULT_PAGE));
    int number = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > LARGEST_PAGE) {
      throw new Refusal(
          Code.BAD_REQUEST,
          "limit is a number from 1 to " + LARGEST_PAGE + ", not " + Text.shown(text));
    }
    return number;
  }

  /** A query parameter that is an account's id, or empty. */
  static Optional<AccountId> account(Exchange exchange, String name) {
    try {
      return exchange.query(name).map(AccountId::new);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.BAD_REQUEST, name + ": " + e.getMessage());
    }
  }

  static Reply fresh(Object document) {
    return Reply.json(document).header("Cache-Control", "no-store");
  }
}

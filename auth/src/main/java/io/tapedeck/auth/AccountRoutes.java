package io.tapedeck.auth;

import io.tapedeck.auth.LocalIdentity.SignedIn;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Audit.Event;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.Email;
import io.tapedeck.identity.Languages;
import io.tapedeck.identity.SessionCookies;
import io.tapedeck.passwords.PasswordRules;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts, invitations and password resets over HTTP. */
final class AccountRoutes {
  private final Auth.Parts auth;
  private final Authentication authentication;

  AccountRoutes(Auth.Parts auth, Authentication authentication) {
    this.auth = auth;
    this.authentication = authentication;
  }

  private record SignUp(
      @Nullable String email,
      @Nullable Secret password,
      Optional<String> language,
      Optional<Secret> invite,
      Optional<Secret> setupToken) {}

  private record Change(
      Optional<String> language, Optional<Secret> password, Optional<Secret> currentPassword) {}

  private record Leave(@Nullable Secret password) {}

  private record Invite(Optional<String> email, Optional<String> role) {}

  private record Ask(@Nullable String email) {}

  private record Reset(@Nullable Secret password) {}

  private record WaysReply(String signUp, boolean mail) {}

  private record AccountReply(
      String id, String email, String role, String language, Instant createdAt) {}

  private record InviteReply(
      String invite, String url, Optional<String> email, String role, Instant expiresAt) {}

  void on(Router router) {
    router
        .on("GET", "/v1/sign-up", this::ways)
        .on("POST", "/v1/accounts", this::signUp)
        .on("GET", "/v1/accounts/me", this::me)
        .on("PATCH", "/v1/accounts/me", this::change)
        .on("DELETE", "/v1/accounts/me", this::leave)
        .on("POST", "/v1/invites", this::invite)
        .on("POST", "/v1/password-resets", this::askReset)
        .on("POST", "/v1/password-resets/{token}", this::reset);
  }

  /** What a newcomer is told before filling a form. */
  private Reply ways(Exchange exchange) {
    String signUp = auth.mode().now().name().toLowerCase(Locale.ROOT);
    return Reply.json(new WaysReply(signUp, auth.settings().mail()))
        .header("Cache-Control", "no-store");
  }

  private Reply signUp(Exchange exchange) throws IOException {
    SignUp body = exchange.json(SignUp.class);
    Locale language =
        body.language()
            .map(Languages::of)
            .orElseGet(() -> Languages.accepted(exchange.header("Accept-Language")));
    Account account =
        auth.signUps()
            .signUp(
                new SignUps.Wish(
                    Email.of(body.email()),
                    body.password(),
                    language,
                    body.invite(),
                    body.setupToken(),
                    exchange.remote()));
    Audit.log(Event.ACCOUNT_CREATED, account.id(), exchange.remote(), "role", account.role());
    return Reply.json(201, view(account)).header("Location", exchange.origin() + "/v1/accounts/me");
  }

  private Reply me(Exchange exchange) {
    return Reply.json(view(account(authentication.principal(exchange).account())));
  }

  /** Changes the language of e-mails, the password, or both. A new password ends other sessions. */
  private Reply change(Exchange exchange) throws IOException {
    SignedIn here = auth.signedIn(exchange);
    Change body = exchange.json(Change.class);
    Optional<Locale> language = body.language().map(Languages::of);
    if (body.password().isPresent()) {
      changePassword(here, body.password().get(), body.currentPassword(), exchange.remote());
    }
    language.ifPresent(locale -> auth.accounts().setLanguage(here.account(), locale));
    return Reply.json(view(account(here.account())));
  }

  private void changePassword(
      SignedIn here, Secret password, Optional<Secret> current, String from) {
    Account account = account(here.account());
    Secret known =
        current.orElseThrow(
            () -> new Refusal(Code.BAD_REQUEST, "send the password of today as currentPassword"));
    PasswordRules.checked(password, account.email());
    auth.credentials().checkAgain(account, here.session(), known, from);
    String hash = auth.hashes().hash(password);
    auth.database()
        .write(handle ->
            Accounts.changePassword(handle, account.id(), hash, Optional.of(here.session())));
    Audit.log(Event.PASSWORD_CHANGED, account.id(), from);
  }

  /** Deletes the caller's account and all that it owns. The request must repeat the password. */
  private Reply leave(Exchange exchange) throws IOException {
    SignedIn here = auth.signedIn(exchange);
    Account account = account(here.account());
    Secret password = exchange.jsonIfAny(Leave.class).map(Leave::password).orElse(null);
    if (password == null) {
      throw new Refusal(Code.BAD_REQUEST, "send your password to delete your account");
    }
    auth.credentials().checkAgain(account, here.session(), password, exchange.remote());
    if (auth.accounts().isLastAdmin(account.id())) {
      throw new Refusal(Code.WRONG_STATE, "this is the only administrator; make another one first");
    }
    auth.accounts().remove(account.id(), exchange.remote());
    return SessionCookies.clear(Reply.nothing(), exchange);
  }

  private Reply invite(Exchange exchange) throws IOException {
    SignedIn here = auth.signedIn(exchange);
    if (here.principal().role() != Role.ADMIN) {
      Audit.log(Event.FORBIDDEN, here.account(), exchange.remote(), "what", "invite");
      throw new Refusal(Code.FORBIDDEN, "only administrators invite");
    }
    Optional<Invite> body = exchange.jsonIfAny(Invite.class);
    Role role = body.flatMap(Invite::role).map(AccountRoutes::role).orElse(Role.USER);
    Invitations.Invite made = auth.invitations().invite(body.flatMap(Invite::email), role);
    Audit.log(Event.INVITATION_CREATED, here.account(), exchange.remote(), "role", made.role());
    String token = made.token().reveal();
    return Reply.json(
            201,
            new InviteReply(
                token,
                auth.settings().link("invite", token),
                made.email(),
                wire(made.role()),
                made.expiresAt()))
        .header("Cache-Control", "no-store");
  }

  private static Role role(String text) {
    return Arrays.stream(Role.values())
        .filter(role -> wire(role).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new Refusal(Code.BAD_REQUEST, "role must be user or admin, not " + Text.shown(text)));
  }

  /** Gives the same answer for every e-mail, before the account is looked up. */
  private Reply askReset(Exchange exchange) throws IOException {
    auth.resets().ask(exchange.json(Ask.class).email(), exchange.remote());
    return Reply.json(
        202, Map.of("detail", "If this e-mail has an account, an e-mail is on its way."));
  }

  private Reply reset(Exchange exchange) throws IOException {
    Secret token = new Secret(exchange.path("token"));
    Account account = auth.resets().reset(token, exchange.json(Reset.class).password());
    Audit.log(Event.PASSWORD_RESET, account.id(), exchange.remote());
    auth.credentials().forgive(account, exchange.remote());
    return SessionCookies.clear(Reply.nothing(), exchange);
  }

  private Account account(io.tapedeck.core.AccountId id) {
    return auth.accounts()
        .find(id)
        .orElseThrow(() -> new Refusal(Code.UNAUTHENTICATED, "the account is gone"));
  }

  private static AccountReply view(Account account) {
    return new AccountReply(
        account.id().value(),
        account.email(),
        wire(account.role()),
        account.language().toLanguageTag(),
        account.createdAt());
  }

  private static String wire(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}

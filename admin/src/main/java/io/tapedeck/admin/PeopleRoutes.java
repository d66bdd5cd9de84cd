package io.tapedeck.admin;

import static io.tapedeck.admin.AdminAccess.fresh;

import io.tapedeck.admin.AdminActs.Actor;
import io.tapedeck.auth.AuthSettings.SignUp;
import io.tapedeck.auth.Invitations;
import io.tapedeck.auth.SignUpSwitch;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Audit;
import io.tapedeck.uploads.OwnQuotas;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * People, invitations, the sign-up switch and the list of acts over HTTP; part of the role auth.
 */
public final class PeopleRoutes {
  /** Method and template of each of {@link #routes}, for processes that forward requests. */
  public static final List<String> ADDRESSES =
      List.of(
          "GET /v1/admin/people",
          "PATCH /v1/admin/people/{id}",
          "DELETE /v1/admin/people/{id}",
          "GET /v1/admin/invites",
          "DELETE /v1/admin/invites/{id}",
          "GET /v1/admin/sign-up",
          "PUT /v1/admin/sign-up",
          "GET /v1/admin/acts");

  private final AdminAccess access;
  private final People people;
  private final Invitations invitations;
  private final SignUpSwitch mode;
  private final AdminActs acts;

  public PeopleRoutes(
      Identity identity,
      People people,
      Invitations invitations,
      SignUpSwitch mode,
      AdminActs acts) {
    access = new AdminAccess(identity);
    this.people = people;
    this.invitations = invitations;
    this.mode = mode;
    this.acts = acts;
  }

  /** Adds the routes. */
  public void routes(Router router) {
    router
        .on("GET", "/v1/admin/people", this::list)
        .on("PATCH", "/v1/admin/people/{id}", this::change)
        .on("DELETE", "/v1/admin/people/{id}", this::remove)
        .on("GET", "/v1/admin/invites", this::invites)
        .on("DELETE", "/v1/admin/invites/{id}", this::withdraw)
        .on("GET", "/v1/admin/sign-up", this::signUp)
        .on("PUT", "/v1/admin/sign-up", this::setSignUp)
        .on("GET", "/v1/admin/acts", this::acts);
  }

  private record PeoplePage(List<People.Person> people, @Nullable String next) {}

  private record Change(
      Optional<Boolean> suspended, Optional<String> role, OwnQuotas.@Nullable Own quota) {}

  private record InviteList(List<OpenInvite> invites) {}

  private record OpenInvite(
      String id, Optional<String> email, String role, Instant createdAt, Instant expiresAt) {}

  /**
   * @param mode open, invite or closed
   * @param byDefault the setting
   */
  private record Mode(String mode, String byDefault) {}

  private record ModeWish(Optional<String> mode) {}

  private record ActPage(List<AdminActs.Entry> acts, @Nullable String next) {}

  private Reply list(Exchange exchange) {
    access.admin(exchange);
    int limit = AdminAccess.limit(exchange);
    List<People.Person> found =
        people.list(
            AdminAccess.account(exchange, "cursor"),
            exchange.query("q").map(String::strip).filter(text -> !text.isEmpty()),
            limit + 1);
    boolean more = found.size() > limit;
    List<People.Person> shown = more ? found.subList(0, limit) : found;
    return fresh(new PeoplePage(shown, more ? shown.getLast().id() : null));
  }

  /** Changes what the body names. All of it is checked before anything is changed. */
  private Reply change(Exchange exchange) throws IOException {
    Actor actor = actor(exchange);
    Change change = exchange.json(Change.class);
    Optional<Role> role = change.role().map(PeopleRoutes::role);
    People.Person person = people.find(exchange.path("id"));
    if (change.suspended().isPresent()) {
      person =
          change.suspended().get() ? people.suspend(actor, person) : people.resume(actor, person);
    }
    if (role.isPresent()) {
      person = people.setRole(actor, person, role.get());
    }
    if (change.quota() != null) {
      person = people.setQuota(actor, person, change.quota());
    }
    return fresh(person);
  }

  private Reply remove(Exchange exchange) {
    Actor actor = actor(exchange);
    people.remove(actor, people.find(exchange.path("id")));
    return Reply.nothing();
  }

  private Reply invites(Exchange exchange) {
    access.admin(exchange);
    return fresh(
        new InviteList(
            invitations.list().stream()
                .map(open ->
                    new OpenInvite(
                        open.id(),
                        open.email(),
                        People.wire(open.role()),
                        open.createdAt(),
                        open.expiresAt()))
                .toList()));
  }

  private Reply withdraw(Exchange exchange) {
    Actor actor = actor(exchange);
    String id = exchange.path("id");
    if (!invitations.withdraw(id)) {
      throw new Refusal(Code.NOT_FOUND, "there is no open invitation " + Text.shown(id));
    }
    acts.add(actor, Audit.Event.INVITATION_WITHDRAWN, id, "");
    return Reply.nothing();
  }

  private Reply signUp(Exchange exchange) {
    access.admin(exchange);
    return fresh(new Mode(wire(mode.now()), wire(mode.byDefault())));
  }

  private Reply setSignUp(Exchange exchange) throws IOException {
    Actor actor = actor(exchange);
    Optional<SignUp> wanted = exchange.json(ModeWish.class).mode().map(PeopleRoutes::signUp);
    mode.set(wanted);
    acts.add(
        actor,
        Audit.Event.SIGN_UP_CHANGED,
        "",
        wanted.map(PeopleRoutes::wire).orElse("as the setting says"));
    return fresh(new Mode(wire(mode.now()), wire(mode.byDefault())));
  }

  private Reply acts(Exchange exchange) {
    access.admin(exchange);
    int limit = AdminAccess.limit(exchange);
    List<AdminActs.Entry> found = acts.list(exchange.query("cursor"), limit + 1);
    boolean more = found.size() > limit;
    List<AdminActs.Entry> shown = more ? found.subList(0, limit) : found;
    return fresh(new ActPage(shown, more ? shown.getLast().id() : null));
  }

  private Actor actor(Exchange exchange) {
    return new Actor(access.admin(exchange), exchange.remote());
  }

  private static Role role(String text) {
    return Arrays.stream(Role.values())
        .filter(role -> People.wire(role).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new Refusal(Code.INVALID_OPTION, "role is user or admin, not " + Text.shown(text)));
  }

  /** The mode with this name on the wire. */
  public static SignUp signUp(String text) {
    return Arrays.stream(SignUp.values())
        .filter(value -> wire(value).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new Refusal(
                Code.INVALID_OPTION, "mode is open, invite or closed, not " + Text.shown(text)));
  }

  private static String wire(SignUp mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}

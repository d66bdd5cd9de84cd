package io.tapedeck.admin;

import static io.tapedeck.admin.AdminAccess.fresh;

import io.tapedeck.admin.AdminActs.Actor;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.DeadLetters;
import io.tapedeck.core.DeadLetters.DeadLetter;
import io.tapedeck.core.Identity;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.http.Exchange;
import io.tapedeck.http.Reply;
import io.tapedeck.http.Router;
import io.tapedeck.identity.Audit;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Conversions of all, dead letters and the server's state over HTTP; part of the role gateway. */
public final class WorkRoutes {
  private final AdminAccess access;
  private final Identity identity;
  private final AllConversions conversions;
  private final DeadLetters dead;
  private final ServerState server;
  private final OperatorRoutes health;
  private final AdminActs acts;

  public WorkRoutes(
      Identity identity,
      AllConversions conversions,
      DeadLetters dead,
      ServerState server,
      OperatorRoutes health,
      AdminActs acts) {
    access = new AdminAccess(identity);
    this.identity = identity;
    this.conversions = conversions;
    this.dead = dead;
    this.server = server;
    this.health = health;
    this.acts = acts;
  }

  /** Adds the routes. */
  public void routes(Router router) {
    router
        .on("GET", "/v1/admin/server", this::server)
        .on("GET", "/v1/admin/conversions", this::list)
        .on("POST", "/v1/admin/conversions/{id}/retry", this::retry)
        .on("POST", "/v1/admin/conversions/{id}/cancel", this::cancel)
        .on("GET", "/v1/admin/dead-letters", this::deadLetters)
        .on("POST", "/v1/admin/dead-letters/{id}/retry", this::retryDead)
        .on("DELETE", "/v1/admin/dead-letters/{id}", this::dropDead);
  }

  private record Page(List<Owned> conversions, @Nullable String next) {}

  /** With the e-mail of the owner; null when the account is gone. */
  private record Owned(AllConversions.Entry conversion, @Nullable String email) {}

  private record DeadList(List<Dead> deadLetters) {}

  private record Dead(
      String id,
      String queue,
      String type,
      String conversion,
      Instant diedAt,
      int tries,
      String reason) {
    static Dead of(DeadLetter letter) {
      return new Dead(
          letter.id(),
          letter.queue().name().toLowerCase(Locale.ROOT),
          letter.type(),
          letter.conversion(),
          letter.died(),
          letter.tries(),
          letter.reason());
    }
  }

  private Reply server(Exchange exchange) throws InterruptedException {
    access.admin(exchange);
    return fresh(server.document(health.health()));
  }

  private Reply list(Exchange exchange) {
    access.admin(exchange);
    int limit = AdminAccess.limit(exchange);
    Set<Kind> states = states(exchange);
    Optional<AccountId> account = AdminAccess.account(exchange, "account");
    Optional<String> cursor = exchange.query("cursor");
    Optional<String> id = exchange.query("id").map(String::strip).filter(text -> !text.isEmpty());
    List<AllConversions.Entry> found =
        id.isPresent()
            ? conversions.find(id.get()).stream().toList()
            : account.isPresent()
                ? conversions.of(
                    account.get(),
                    states,
                    cursor.map(WorkRoutes::conversion).orElse(null),
                    limit + 1)
                : conversions.list(states, cursor.map(WorkRoutes::place), limit + 1);
    boolean more = found.size() > limit;
    List<AllConversions.Entry> shown = more ? found.subList(0, limit) : found;
    return fresh(
        new Page(owned(shown), more ? cursor(shown.getLast(), account.isPresent()) : null));
  }

  private static String cursor(AllConversions.Entry last, boolean ofAccount) {
    return ofAccount ? last.id() : last.changedAt().toEpochMilli() + "." + last.id();
  }

  private List<Owned> owned(List<AllConversions.Entry> entries) {
    Map<String, Optional<String>> known = new HashMap<>();
    return entries.stream()
        .map(entry ->
            new Owned(
                entry,
                known
                    .computeIfAbsent(
                        entry.account(),
                        id -> identity.person(new AccountId(id)).map(Identity.Person::email))
                    .orElse(null)))
        .toList();
  }

  private Reply retry(Exchange exchange) {
    return fresh(conversions.retry(actor(exchange), exchange.path("id")));
  }

  private Reply cancel(Exchange exchange) {
    return fresh(conversions.cancel(actor(exchange), exchange.path("id")));
  }

  private Reply deadLetters(Exchange exchange) {
    access.admin(exchange);
    return fresh(new DeadList(dead.list().stream().map(Dead::of).toList()));
  }

  private Reply retryDead(Exchange exchange) {
    Actor actor = actor(exchange);
    String id = exchange.path("id");
    requireFound(dead.retry(id), id);
    acts.add(actor, Audit.Event.DEAD_LETTER_RETRIED, id, "");
    return Reply.nothing();
  }

  private Reply dropDead(Exchange exchange) {
    Actor actor = actor(exchange);
    String id = exchange.path("id");
    requireFound(dead.drop(id), id);
    acts.add(actor, Audit.Event.DEAD_LETTER_DROPPED, id, "");
    return Reply.nothing();
  }

  private static void requireFound(boolean found, String id) {
    if (!found) {
      throw new Refusal(Code.NOT_FOUND, "there is no dead letter " + Text.shown(id));
    }
  }

  private Actor actor(Exchange exchange) {
    return new Actor(access.admin(exchange), exchange.remote());
  }

  private static Set<Kind> states(Exchange exchange) {
    Set<Kind> states = EnumSet.noneOf(Kind.class);
    for (String state : exchange.query("state").orElse("").split(",")) {
      if (!state.isBlank()) {
        states.add(read("state", state.strip(), Kind::of));
      }
    }
    return states;
  }

  private static ConversionId conversion(String text) {
    return read("cursor", text, ConversionId::new);
  }

  private static Place place(String text) {
    return read(
        "cursor",
        text,
        cursor -> {
          int dot = cursor.indexOf('.');
          return new Place(
              Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, Math.max(0, dot)))),
              new ConversionId(cursor.substring(dot + 1)));
        });
  }

  private interface Reader<T> {
    T read(String text);
  }

  private static <T> T read(String name, String text, Reader<T> reader) {
    try {
      return reader.read(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.BAD_REQUEST, name + " is none of ours: " + Text.shown(text));
    }
  }
}

package io.tapedeck.admin;

import io.tapedeck.admin.AdminActs.Actor;
import io.tapedeck.auth.Invitations;
import io.tapedeck.auth.SignUpSwitch;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Printable;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Json;
import io.tapedeck.identity.Audit;
import io.tapedeck.uploads.OwnQuotas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The commands of {@code tapedeck admin}: what an administrator does in the page, with or without
 * servers. The program opens the stores.
 */
public abstract class AdminVerbs implements Runnable {
  private static final String WHO = "E-MAIL|ID";
  private static final int PAGE = 100;

  @Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--json",
      description = "JSON on standard output.",
      scope = CommandLine.ScopeType.INHERIT)
  private boolean json;

  /**
   * The parts on the stores of the settings.
   *
   * @param health of the stores, by the names that an operator knows
   */
  public record Tools(
      People people,
      Invitations invitations,
      SignUpSwitch mode,
      AllConversions conversions,
      ServerState server,
      Map<String, Health> health,
      AdminActs acts) {}

  /** Opens the stores, does the work, and closes them. */
  protected abstract <T> T with(Function<Tools, T> work);

  @Override
  public void run() {
    if (spec != null) {
      String names = String.join(", ", spec.subcommands().keySet());
      throw new ParameterException(spec.commandLine(), "say what to do: " + names);
    }
  }

  @Command(name = "people", description = "Lists people, the newest first.")
  public void people(
      @Option(names = "--search", paramLabel = "TEXT", description = "Only e-mails with it.")
          @Nullable String search) {
    List<People.Person> all =
        with(tools -> {
          List<People.Person> found = new ArrayList<>();
          Optional<AccountId> last = Optional.empty();
          List<People.Person> page;
          do {
            page = tools.people().list(last, Optional.ofNullable(search), PAGE);
            found.addAll(page);
            last = page.isEmpty() ? last : Optional.of(page.getLast()).map(AdminVerbs::id);
          } while (page.size() == PAGE);
          return found;
        });
    rows(
        all,
        each ->
            "%-40s  %-5s  %-9s  %15d bytes  %4d active  seen %s"
                .formatted(
                    each.email(),
                    each.role(),
                    each.suspendedAt().isPresent() ? "suspended" : "",
                    each.usage().storedBytes(),
                    each.usage().active(),
                    each.lastSeenAt().map(Instant::toString).orElse("never")));
  }

  private static AccountId id(People.Person person) {
    return new AccountId(person.id());
  }

  @Command(name = "suspend", description = "Ends sessions, API keys and running uploads at once.")
  public void suspend(@Parameters(paramLabel = WHO) String who) {
    person("suspended", people -> people.suspend(Actor.COMMAND_LINE, people.find(who)));
  }

  @Command(name = "resume", description = "Ends a suspension.")
  public void resume(@Parameters(paramLabel = WHO) String who) {
    person("resumed", people -> people.resume(Actor.COMMAND_LINE, people.find(who)));
  }

  @Command(name = "role", description = "Makes somebody an administrator, or a user again.")
  public void role(
      @Parameters(paramLabel = WHO) String who, @Parameters(paramLabel = "user|admin") Role role) {
    person("changed", people -> people.setRole(Actor.COMMAND_LINE, people.find(who), role));
  }

  @Command(
      name = "quota",
      description = "Gives somebody limits of their own; what is left out is as for everybody.")
  public void quota(
      @Parameters(paramLabel = WHO) String who,
      @Option(names = "--bytes", description = "Stored bytes.") @Nullable Long bytes,
      @Option(names = "--audio-minutes", description = "Audio in 30 days.") @Nullable Long minutes,
      @Option(names = "--active", description = "Uploads and conversions that have not ended.")
          @Nullable Integer active) {
    OwnQuotas.Own own = new OwnQuotas.Own(bytes, minutes == null ? null : minutes * 60, active);
    person("changed", people -> people.setQuota(Actor.COMMAND_LINE, people.find(who), own));
  }

  @Command(name = "remove", description = "Removes somebody with everything they own.")
  public void remove(@Parameters(paramLabel = WHO) String who) {
    person(
        "removed",
        people -> {
          People.Person person = people.find(who);
          people.remove(Actor.COMMAND_LINE, person);
          return person;
        });
  }

  @Command(name = "invites", description = "Lists the invitations that still work.")
  public void invites() {
    rows(
        with(tools -> tools.invitations().list()),
        each ->
            "%s  %-5s  %-40s  until %s"
                .formatted(
                    each.id(),
                    each.role().name().toLowerCase(Locale.ROOT),
                    each.email().orElse("whoever has it"),
                    each.expiresAt()));
  }

  @Command(name = "invite", description = "Makes an invitation, and prints its token.")
  public void invite(
      @Option(names = "--email", description = "Only this address may use it.")
          @Nullable String email,
      @Option(names = "--admin", description = "For an administrator.") boolean admin) {
    String token =
        with(tools -> {
          Invitations.Invite made =
              tools
                  .invitations()
                  .invite(Optional.ofNullable(email), admin ? Role.ADMIN : Role.USER);
          tools
              .acts()
              .add(Actor.COMMAND_LINE, Audit.Event.INVITATION_CREATED, "", made.role().name());
          return made.token().reveal();
        });
    say(Map.of("invite", token), token);
  }

  @Command(name = "withdraw", description = "Withdraws an invitation.")
  public void withdraw(@Parameters(paramLabel = "ID") String id) {
    boolean done =
        with(tools -> {
          boolean found = tools.invitations().withdraw(id);
          if (found) {
            tools.acts().add(Actor.COMMAND_LINE, Audit.Event.INVITATION_WITHDRAWN, id, "");
          }
          return found;
        });
    if (!done) {
      throw new Refusal(Code.NOT_FOUND, "there is no open invitation " + id);
    }
    say(Map.of("withdrawn", id), "withdrawn");
  }

  @Command(name = "sign-up", description = "Tells who may sign up, or sets it without a restart.")
  public void signUp(
      @Parameters(paramLabel = "open|invite|closed|default", arity = "0..1")
          @Nullable String wanted) {
    String now =
        with(tools -> {
          SignUpSwitch mode = tools.mode();
          if (wanted != null) {
            mode.set(
                wanted.equals("default")
                    ? Optional.empty()
                    : Optional.of(PeopleRoutes.signUp(wanted)));
            tools.acts().add(Actor.COMMAND_LINE, Audit.Event.SIGN_UP_CHANGED, "", wanted);
          }
          return mode.now().name().toLowerCase(Locale.ROOT);
        });
    say(Map.of("mode", now), now);
  }

  @Command(name = "conversions", description = "Lists conversions of all, the last change first.")
  public void conversions(
      @Option(names = "--state", split = ",", description = "Only these states.")
          @Nullable Set<Kind> states,
      @Option(names = "--limit", description = "Default: 50; at most 200.")
          @Nullable Integer limit) {
    Set<Kind> wanted = states == null ? Set.of() : states;
    int most = Math.clamp(limit == null ? 50 : limit, 1, 200);
    rows(
        with(tools -> tools.conversions().list(wanted, Optional.empty(), most)),
        each ->
            "%s  %s  %-10s  %s  %s"
                .formatted(
                    each.id(),
                    each.account(),
                    each.state(),
                    each.changedAt(),
                    each.problem() == null
                        ? ""
                        : each.problem().code() + ": " + each.problem().detail()));
  }

  @Command(name = "retry", description = "Tries a failed conversion again.")
  public void retry(@Parameters(paramLabel = "ID") String id) {
    conversion(conversions -> conversions.retry(Actor.COMMAND_LINE, id));
  }

  @Command(name = "cancel", description = "Ends a conversion that waits or runs.")
  public void cancel(@Parameters(paramLabel = "ID") String id) {
    conversion(conversions -> conversions.cancel(Actor.COMMAND_LINE, id));
  }

  @Command(name = "server", description = "Tells what waits, what room there is, and what is down.")
  public void server() {
    ServerState.Document state =
        with(tools -> {
          return tools.server().document(tools.health());
        });
    ServerState.Waiting waiting = state.waiting();
    say(
        state,
        Stream.concat(
                Stream.of(
                    "version     " + state.version(),
                    "queued      %d, the first for %d s"
                        .formatted(waiting.queued(), waiting.longestSeconds()),
                    "converting  " + waiting.converting(),
                    "dead        " + waiting.deadLetters(),
                    "free bytes  " + state.disk().free()),
                state.parts().stream()
                    .map(part ->
                        "%-11s %s %s"
                            .formatted(
                                part.name(),
                                part.state(),
                                part.reason() == null ? "" : part.reason())))
            .collect(Collectors.joining("\n")));
  }

  @Command(name = "acts", description = "Lists what administrators did, the newest first.")
  public void acts() {
    rows(
        with(tools -> tools.acts().list(Optional.empty(), PAGE)),
        (AdminActs.Entry each) ->
            "%s  %-22s  %-30s  %s  %s"
                .formatted(
                    each.at(),
                    each.act(),
                    each.about(),
                    each.actor().orElse(each.address()),
                    each.detail()));
  }

  private void person(String done, Function<People, People.Person> work) {
    People.Person person = with(tools -> work.apply(tools.people()));
    say(person, done + " " + person.email());
  }

  private void conversion(Function<AllConversions, AllConversions.Entry> work) {
    AllConversions.Entry entry = with(tools -> work.apply(tools.conversions()));
    say(entry, entry.id() + " is " + entry.state());
  }

  private <T> void rows(List<T> all, Function<T, String> line) {
    say(all, all.stream().map(line).collect(Collectors.joining("\n")));
  }

  private void say(Object document, String text) {
    if (json) {
      System.out.println(Printable.line(Json.text(document)));
    } else if (!text.isEmpty()) {
      text.lines().forEach(line -> System.out.println(Printable.line(line.stripTrailing())));
    }
  }
}

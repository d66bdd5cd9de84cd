package io.tapedeck.admin;

import static io.tapedeck.identity.Audit.Event.ACCOUNT_RESUMED;
import static io.tapedeck.identity.Audit.Event.ACCOUNT_SUSPENDED;
import static io.tapedeck.identity.Audit.Event.QUOTA_CHANGED;
import static io.tapedeck.identity.Audit.Event.ROLE_CHANGED;

import io.tapedeck.admin.AdminActs.Actor;
import io.tapedeck.auth.Accounts;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.identity.Audit;
import io.tapedeck.sql.Database;
import io.tapedeck.uploads.Admission;
import io.tapedeck.uploads.OwnQuotas;
import io.tapedeck.uploads.UploadTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The people who may sign in, with what they use, and what an administrator does to them. */
public final class People {
  private static final String SELECT =
      "SELECT a.id, a.email, a.role, a.created_at, a.seen_at, a.suspended_at,"
          + " (SELECT MAX(k.used_at) FROM api_keys k WHERE k.account = a.id) AS key_used_at"
          + " FROM accounts a WHERE ";

  private final Database database;
  private final Accounts accounts;
  private final Ledger ledger;
  private final UploadTable uploads;
  private final AdminActs acts;
  private final Clock clock;

  /**
   * @param accounts of the same database
   */
  public People(Database database, Accounts accounts, Ledger ledger, AdminActs acts, Clock clock) {
    this.database = database;
    this.accounts = accounts;
    this.ledger = ledger;
    this.acts = acts;
    this.clock = clock;
    uploads = new UploadTable(database, clock);
  }

  /**
   * A person.
   *
   * @param lastSeenAt of the last sign-in, refresh of a session or use of an API key
   * @param quota what was set for this person alone
   */
  public record Person(
      String id,
      String email,
      String role,
      Instant createdAt,
      Optional<Instant> lastSeenAt,
      Optional<Instant> suspendedAt,
      Use usage,
      OwnQuotas.Own quota) {
    AccountId account() {
      return new AccountId(id);
    }
  }

  /**
   * What an account uses.
   *
   * @param storedBytes of videos, MP3s and open uploads
   * @param audioSeconds that were converted in the last 30 days
   * @param active conversions and uploads that have not ended
   */
  public record Use(long storedBytes, long audioSeconds, int active) {}

  /**
   * A page of people, newest first.
   *
   * @param before the last one on the page before
   * @param search only people whose e-mail contains this text
   */
  public List<Person> list(Optional<AccountId> before, Optional<String> search, int limit) {
    Map<String, Object> values = new HashMap<>();
    values.put("before", before.map(AccountId::value).orElse("b"));
    values.put("search", search.map(text -> text.toLowerCase(Locale.ROOT)).orElse(""));
    return database
        .read(handle ->
            handle
                .createQuery(
                    SELECT
                        + "a.id < :before AND (:search = '' OR INSTR(a.email, :search) > 0)"
                        + " ORDER BY a.id DESC LIMIT "
                        + limit)
                .bindMap(values)
                .map((row, context) -> read(row))
                .list())
        .stream()
        .map(this::whole)
        .toList();
  }

  /**
   * The person with this id or e-mail.
   *
   * @throws Refusal {@link Code#NOT_FOUND}
   */
  public Person find(String idOrEmail) {
    return database
        .read(handle ->
            handle
                .createQuery(SELECT + "a.id = :key OR a.email = :email")
                .bind("key", idOrEmail)
                .bind("email", idOrEmail.toLowerCase(Locale.ROOT))
                .map((row, context) -> read(row))
                .findFirst())
        .map(this::whole)
        .orElseThrow(
            () -> new Refusal(Code.NOT_FOUND, "there is no account " + Text.shown(idOrEmail)));
  }

  /**
   * Suspends a person at once: sessions and event streams end, API keys stop working, and running
   * uploads break off. What the person owns stays.
   *
   * @throws Refusal {@link Code#WRONG_STATE} for oneself and for the last administrator
   */
  public Person suspend(Actor actor, Person person) {
    requireOther(actor, person);
    requireNotLast(person);
    accounts.suspend(person.account());
    return done(actor, ACCOUNT_SUSPENDED, person, "");
  }

  /** Ends a suspension. API keys work again; sessions do not come back. */
  public Person resume(Actor actor, Person person) {
    accounts.resume(person.account());
    return done(actor, ACCOUNT_RESUMED, person, "");
  }

  /**
   * Makes a person an administrator, or a user again.
   *
   * @throws Refusal {@link Code#WRONG_STATE} for the last administrator
   */
  public Person setRole(Actor actor, Person person, Role role) {
    if (role == Role.USER) {
      requireNotLast(person);
    }
    accounts.setRole(person.account(), role);
    return done(actor, ROLE_CHANGED, person, wire(role));
  }

  /** Gives a person limits of their own; {@link OwnQuotas.Own#NONE} takes them back. */
  public Person setQuota(Actor actor, Person person, OwnQuotas.Own quota) {
    uploads.quotas().set(person.account(), quota);
    return done(
        actor,
        QUOTA_CHANGED,
        person,
        "bytes %s, audio %s s, active %s"
            .formatted(
                shown(quota.storedBytes()), shown(quota.audioSeconds()), shown(quota.active())));
  }

  private static String shown(@Nullable Object limit) {
    return limit == null ? "default" : limit.toString();
  }

  /**
   * Removes a person with everything they own.
   *
   * @throws Refusal {@link Code#WRONG_STATE} for oneself and for the last administrator
   */
  public void remove(Actor actor, Person person) {
    requireOther(actor, person);
    requireNotLast(person);
    accounts.remove(person.account(), actor.address());
    acts.add(actor, Audit.Event.ACCOUNT_DELETED, person.id(), "");
  }

  private Person done(Actor actor, Audit.Event act, Person person, String detail) {
    acts.add(actor, act, person.id(), detail);
    return find(person.id());
  }

  private static void requireOther(Actor actor, Person person) {
    if (person.account().equals(actor.account())) {
      throw new Refusal(Code.WRONG_STATE, "this is your own account; ask another administrator");
    }
  }

  private void requireNotLast(Person person) {
    if (accounts.isLastAdmin(person.account())) {
      throw new Refusal(Code.WRONG_STATE, "this is the only administrator; make another one first");
    }
  }

  static String wire(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static Person read(ResultSet row) throws SQLException {
    Optional<Instant> seen = moment(row, "seen_at");
    Optional<Instant> used = moment(row, "key_used_at");
    return new Person(
        row.getString("id"),
        row.getString("email"),
        wire(Role.valueOf(row.getString("role"))),
        Instant.ofEpochMilli(row.getLong("created_at")),
        used.filter(key -> seen.isEmpty() || key.isAfter(seen.get())).or(() -> seen),
        moment(row, "suspended_at"),
        new Use(0, 0, 0),
        OwnQuotas.Own.NONE);
  }

  private Person whole(Person person) {
    AccountId id = person.account();
    Ledger.Usage usage = ledger.usage(id, clock.instant().minus(Admission.MONTH));
    UploadTable.Open open = uploads.open(id);
    return new Person(
        person.id(),
        person.email(),
        person.role(),
        person.createdAt(),
        person.lastSeenAt(),
        person.suspendedAt(),
        new Use(
            usage.storedBytes() + open.bytes(),
            usage.converted().toSeconds(),
            usage.active() + open.count()),
        uploads.quotas().of(id));
  }

  private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
    long time = row.getLong(column);
    return row.wasNull() || time == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time));
  }
}

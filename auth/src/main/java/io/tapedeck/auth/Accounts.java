package io.tapedeck.auth;

import static io.tapedeck.identity.Audit.Event.ACCOUNT_CREATED;
import static io.tapedeck.identity.Audit.Event.ACCOUNT_DELETED;
import static io.tapedeck.identity.Audit.Event.PASSWORD_CHANGED;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.core.Text;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Email;
import io.tapedeck.passwords.PasswordHashes;
import io.tapedeck.passwords.PasswordRules;
import io.tapedeck.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The accounts in the database. The command line and the other classes of this module use this
 * class, also without a running server.
 */
public final class Accounts {
  private static final String COLUMNS = "id, email, role, language, created_at, password";
  private static final String SELECT = "SELECT " + COLUMNS + ", suspended_at FROM accounts";

  private final Database database;
  private final PasswordHashes hashes;
  private final AccountRemoval leaving;
  private final Clock clock;

  /** An account with the hash of its password, for password checks. */
  record WithHash(Account account, String hash, boolean suspended) {}

  Accounts(Database database, PasswordHashes hashes, AccountRemoval leaving, Clock clock) {
    this.database = database;
    this.hashes = hashes;
    this.leaving = leaving;
    this.clock = clock;
  }

  /** Opens the accounts in this database, after bringing its tables up to date. */
  public static Accounts in(Database database, AccountRemoval leaving, Clock clock) {
    Auth.migrate(database);
    return new Accounts(database, new PasswordHashes(), leaving, clock);
  }

  /**
   * Adds an account.
   *
   * @throws Refusal {@link Code#BAD_REQUEST}, {@link Code#WEAK_PASSWORD} or {@link
   *     Code#EMAIL_TAKEN}
   */
  public Account add(String email, Secret password, Role role, Locale language) {
    Email address = Email.of(email);
    String hash = hashes.hash(PasswordRules.checked(password, address.value()));
    Account added = database.write(handle -> insert(handle, address, hash, role, language));
    Audit.log(ACCOUNT_CREATED, added.id(), Audit.COMMAND_LINE, "role", role);
    return added;
  }

  /** All accounts, sorted by e-mail. */
  public List<Account> list() {
    return database.read(handle ->
        handle
            .select(SELECT + " ORDER BY email")
            .map((row, context) -> read(row).account())
            .list());
  }

  /** The account with this e-mail. */
  public Optional<Account> find(String email) {
    return Email.parse(email).flatMap(this::find).map(WithHash::account);
  }

  public Optional<Account> find(AccountId id) {
    return withHash(id).map(WithHash::account);
  }

  /**
   * Sets a password and ends all sessions of the account.
   *
   * @throws Refusal {@link Code#NOT_FOUND} or {@link Code#WEAK_PASSWORD}
   */
  public void setPassword(String email, Secret password) {
    Account account = existing(email);
    String hash = hashes.hash(PasswordRules.checked(password, account.email()));
    database.write(handle -> changePassword(handle, account.id(), hash, Optional.empty()));
    Audit.log(PASSWORD_CHANGED, account.id(), Audit.COMMAND_LINE);
  }

  /**
   * Removes an account and everything it owns.
   *
   * @throws Refusal {@link Code#NOT_FOUND}
   */
  public void remove(String email) {
    remove(existing(email).id(), Audit.COMMAND_LINE);
  }

  /**
   * After the first step, the account cannot sign in. The second step deletes what the account
   * owns. The last step deletes the account row, so that the removal can be repeated after a crash.
   */
  public void remove(AccountId id, String from) {
    database.write(handle -> deleteAllBut(handle, id));
    leaving.leaves(id);
    database.write(handle -> {
      deleteAllBut(handle, id);
      return handle.execute("DELETE FROM accounts WHERE id = ?", id.value());
    });
    Audit.log(ACCOUNT_DELETED, id, from);
  }

  private static int deleteAllBut(Handle handle, AccountId id) {
    handle.execute("DELETE FROM api_keys WHERE account = ?", id.value());
    handle.execute("DELETE FROM password_resets WHERE account = ?", id.value());
    return Sessions.deleteAll(handle, id, Optional.empty());
  }

  Optional<WithHash> find(Email email) {
    return database.read(handle ->
        handle
            .select(SELECT + " WHERE email = ?", email.value())
            .map((row, context) -> read(row))
            .findOne());
  }

  Optional<WithHash> withHash(AccountId id) {
    return database.read(handle ->
        handle
            .select(SELECT + " WHERE id = ?", id.value())
            .map((row, context) -> read(row))
            .findOne());
  }

  WithHash rehash(WithHash account, String hash) {
    database.write(handle ->
        handle.execute(
            "UPDATE accounts SET password = ? WHERE id = ? AND password = ?",
            hash,
            account.account().id().value(),
            account.hash()));
    return new WithHash(account.account(), hash, account.suspended());
  }

  /**
   * Suspends an account: its sessions end, and it cannot sign in. Its API keys do not work until it
   * is resumed. What it owns stays.
   */
  public void suspend(AccountId id) {
    database.write(handle -> {
      Sessions.deleteAll(handle, id, Optional.empty());
      return handle.execute(
          "UPDATE accounts SET suspended_at = ? WHERE id = ? AND suspended_at IS NULL",
          clock.millis(),
          id.value());
    });
  }

  /** Ends a suspension. */
  public void resume(AccountId id) {
    database.write(handle ->
        handle.execute("UPDATE accounts SET suspended_at = NULL WHERE id = ?", id.value()));
  }

  /** Sets what an account may do, from its next request on. */
  public void setRole(AccountId id, Role role) {
    database.write(handle ->
        handle.execute("UPDATE accounts SET role = ? WHERE id = ?", role.name(), id.value()));
  }

  void setLanguage(AccountId id, Locale language) {
    database.write(handle ->
        handle.execute(
            "UPDATE accounts SET language = ? WHERE id = ?", language.toLanguageTag(), id.value()));
  }

  /** Whether no other administrator can sign in. */
  public boolean isLastAdmin(AccountId id) {
    return database.read(handle ->
        handle
            .select(
                "SELECT id FROM accounts WHERE role = ? AND suspended_at IS NULL",
                Role.ADMIN.name())
            .mapTo(String.class)
            .list()
            .equals(List.of(id.value())));
  }

  static boolean hasAdmin(Handle handle) {
    return handle
        .select("SELECT 1 FROM accounts WHERE role = ? LIMIT 1", Role.ADMIN.name())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Sets a new hash, ends all sessions but one, and invalidates all links in reset e-mails. */
  static int changePassword(Handle handle, AccountId id, String hash, Optional<String> keep) {
    handle.execute("DELETE FROM password_resets WHERE account = ?", id.value());
    Sessions.deleteAll(handle, id, keep);
    return handle.execute("UPDATE accounts SET password = ? WHERE id = ?", hash, id.value());
  }

  Account insert(Handle handle, Email email, String hash, Role role, Locale language) {
    Instant now = clock.instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    Account account = new Account(AccountId.at(now), email.value(), role, language, now);
    boolean isNew =
        database.inserted(() ->
            handle.execute(
                "INSERT INTO accounts (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)",
                account.id().value(),
                account.email(),
                role.name(),
                language.toLanguageTag(),
                now.toEpochMilli(),
                hash));
    if (!isNew) {
      throw new Refusal(Code.EMAIL_TAKEN, email + " has an account already");
    }
    return account;
  }

  private Account existing(String email) {
    return find(email)
        .orElseThrow(
            () -> new Refusal(Code.NOT_FOUND, "no account has the e-mail " + Text.shown(email)));
  }

  private static WithHash read(ResultSet row) throws SQLException {
    Account account =
        new Account(
            new AccountId(row.getString("id")),
            row.getString("email"),
            Role.valueOf(row.getString("role")),
            Locale.forLanguageTag(row.getString("language")),
            Instant.ofEpochMilli(row.getLong("created_at")));
    return new WithHash(account, row.getString("password"), row.getObject("suspended_at") != null);
  }
}

package io.tapedeck.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Identity.Role;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import io.tapedeck.identity.Email;
import io.tapedeck.passwords.PasswordHashes;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The accounts as the command line has them, without a server. */
class AccountsTest {
  private static final Secret PASSWORD = new Secret("plum-tart-for-nine");

  @TempDir private Path folder;
  private final TurnableClock clock = AuthServer.noon();
  private final List<AccountId> left = new ArrayList<>();
  private Database database;
  private Accounts accounts;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    accounts = Accounts.in(database, left::add, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void accountsAreAddedAndListedByEmail() {
    Account zoe = accounts.add("zoe@example.org", PASSWORD, Role.USER, Locale.ENGLISH);
    Account ada = accounts.add(" Ada@Example.org", PASSWORD, Role.ADMIN, Locale.ITALIAN);
    assertThat(accounts.list()).containsExactly(ada, zoe);
    assertThat(ada)
        .isEqualTo(
            new Account(ada.id(), "ada@example.org", Role.ADMIN, Locale.ITALIAN, clock.instant()));
    assertThat(accounts.find("ADA@example.org")).contains(ada);
    assertThat(accounts.find(zoe.id())).contains(zoe);
  }

  @Test
  void whatCannotBeAddedIsRefused() {
    accounts.add("ada@example.org", PASSWORD, Role.USER, Locale.ENGLISH);
    refused(
        Code.EMAIL_TAKEN, () -> accounts.add("ADA@example.org", PASSWORD, Role.ADMIN, Locale.ROOT));
    refused(Code.BAD_REQUEST, () -> accounts.add("ada", PASSWORD, Role.USER, Locale.ENGLISH));
    refused(
        Code.WEAK_PASSWORD,
        () -> accounts.add("bob@example.org", new Secret("short"), Role.USER, Locale.ENGLISH));
    assertThat(accounts.list()).hasSize(1);
  }

  @Test
  void aNewPasswordReplacesTheOld() {
    accounts.add("ada@example.org", PASSWORD, Role.USER, Locale.ENGLISH);
    Secret other = new Secret("a-second-plum-tart");
    accounts.setPassword("Ada@example.org", other);
    String hash = accounts.find(Email.of("ada@example.org")).orElseThrow().hash();
    try (PasswordHashes hashes = new PasswordHashes()) {
      assertThat(hashes.matches(other, Optional.of(hash))).isTrue();
      assertThat(hashes.matches(PASSWORD, Optional.of(hash))).isFalse();
    }
    refused(Code.NOT_FOUND, () -> accounts.setPassword("bob@example.org", other));
    refused(
        Code.WEAK_PASSWORD, () -> accounts.setPassword("ada@example.org", new Secret("password1")));
  }

  @Test
  void aRemovalIsToldToWhoKeepsWhatTheAccountOwns() {
    Account ada = accounts.add("ada@example.org", PASSWORD, Role.USER, Locale.ENGLISH);
    accounts.remove("ADA@example.org");
    assertThat(left).containsExactly(ada.id());
    assertThat(accounts.list()).isEmpty();
    refused(Code.NOT_FOUND, () -> accounts.remove("ada@example.org"));
    refused(Code.NOT_FOUND, () -> accounts.remove("no e-mail"));
  }

  @Test
  void aRemovalThatFailsHalfwayCanBeRepeated() {
    boolean[] broken = {true};
    Accounts failing =
        Accounts.in(
            database,
            account -> {
              left.add(account);
              if (broken[0]) {
                throw new Outage("the disk is away", null);
              }
            },
            clock);
    Account ada = failing.add("ada@example.org", PASSWORD, Role.USER, Locale.ENGLISH);
    refused(Code.UNAVAILABLE, () -> failing.remove("ada@example.org"));
    assertThat(failing.list()).containsExactly(ada);
    broken[0] = false;
    failing.remove("ada@example.org");
    assertThat(left).containsExactly(ada.id(), ada.id());
    assertThat(failing.list()).isEmpty();
  }

  private static void refused(Code code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code()).isEqualTo(code));
  }
}

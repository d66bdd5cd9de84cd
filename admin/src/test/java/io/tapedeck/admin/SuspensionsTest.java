package io.tapedeck.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.auth.Accounts;
import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuspensionsTest {
  @TempDir private Path folder;

  /** An identity that has cached its answer, as a gateway's has. */
  private record Cached(AccountId account) implements Identity {
    @Override
    public Principal verify(Secret token) {
      return new Principal(account, Role.USER);
    }

    @Override
    public Secret signIn(String email, Secret password, String from) {
      return new Secret("token");
    }

    @Override
    public Optional<Person> person(AccountId id) {
      return Optional.empty();
    }

    @Override
    public Health check() {
      return Health.up();
    }

    @Override
    public void close() {}
  }

  @Test
  void aSuspensionHoldsWithinTwoSecondsWhateverIsCached() {
    TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00Z"));
    Secret token = new Secret("any");
    try (Database database = Database.sqlite(folder.resolve("a.db"))) {
      Accounts accounts = Accounts.in(database, id -> {}, clock);
      AccountId ada =
          accounts
              .add(
                  "ada@example.org",
                  new Secret("a long walk on the beach"),
                  Identity.Role.USER,
                  Locale.ENGLISH)
              .id();
      Suspensions identity = new Suspensions(new Cached(ada), database, clock);
      assertThat(identity.verify(token).account()).isEqualTo(ada);

      accounts.suspend(ada);
      clock.advance(Duration.ofMillis(2_001));
      assertThatThrownBy(() -> identity.verify(token)).isInstanceOf(Refusal.class);

      accounts.resume(ada);
      clock.advance(Duration.ofMillis(2_001));
      assertThat(identity.verify(token).account()).isEqualTo(ada);
    }
  }
}

package io.tapedeck.admin;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Identity;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An identity for processes that are not auth: it refuses suspended accounts within two seconds,
 * however long auth's answer about a token is cached. The database that all processes share says
 * who is suspended.
 */
public final class Suspensions implements Identity {
  private static final Duration READ_AGAIN = Duration.ofSeconds(2);

  private final Identity identity;
  private final Database database;
  private final Clock clock;
  private volatile Read last = new Read(Set.of(), Instant.MIN);

  private record Read(Set<String> accounts, Instant at) {}

  /**
   * @param identity whose answers are believed otherwise; {@link #close} closes it
   */
  public Suspensions(Identity identity, Database database, Clock clock) {
    this.identity = identity;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Principal verify(Secret token) {
    Principal principal = identity.verify(token);
    if (suspended().contains(principal.account().value())) {
      throw new Refusal(Code.UNAUTHENTICATED, "the account is suspended");
    }
    return principal;
  }

  private Set<String> suspended() {
    Read here = last;
    Instant now = clock.instant();
    if (here.at().isBefore(now.minus(READ_AGAIN))) {
      here =
          new Read(
              database.read(handle ->
                  new HashSet<>(
                      handle
                          .createQuery("SELECT id FROM accounts WHERE suspended_at IS NOT NULL")
                          .mapTo(String.class)
                          .list())),
              now);
      last = here;
    }
    return here.accounts();
  }

  @Override
  public Secret signIn(String email, Secret password, String from) {
    return identity.signIn(email, password, from);
  }

  @Override
  public Optional<Person> person(AccountId account) {
    return identity.person(account);
  }

  @Override
  public Health check() {
    return identity.check();
  }

  @Override
  public void close() {
    identity.close();
  }
}

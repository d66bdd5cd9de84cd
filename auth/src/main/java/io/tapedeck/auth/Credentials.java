package io.tapedeck.auth;

import io.tapedeck.auth.Attempts.Counted;
import io.tapedeck.auth.Attempts.Kind;
import io.tapedeck.auth.Attempts.Limit;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import io.tapedeck.http.Exchange;
import io.tapedeck.identity.Audit;
import io.tapedeck.identity.Authentication;
import io.tapedeck.identity.Email;
import io.tapedeck.identity.KnownDevices;
import io.tapedeck.passwords.PasswordHashes;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks an e-mail and a password. A wrong password costs the same work as an unknown name.
 *
 * <p>Guesses cost time. For one account from one address they wait for each other, longer and
 * longer, and beyond some seconds they are refused, after a second in which the guesser cannot do
 * much else. Many guesses from one address, or for one account from everywhere, each wait some
 * seconds, and nobody is refused: otherwise a guesser could keep out a whole school behind one
 * address, or the owner of an account. A device that signed in to the account before has a limit of
 * its own and does not wait for others.
 */
final class Credentials {
  /** The longest that a request is held; the services of a cluster wait 20 s for each other. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long a refusal takes: whoever goes on all the same is slowed down, and costs little. */
  private static final Duration REFUSAL = Duration.ofSeconds(1);

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final int FREE = 5;

  /** Wrong passwords from one network: it may be a school's. */
  private static final int MANY = 100;

  /** Wrong passwords for one account from everywhere, beside those of its own devices. */
  private static final int MANY_FOR_ONE = 20;

  private final Accounts accounts;
  private final PasswordHashes hashes;
  private final Attempts attempts;
  private final Pause pause;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  /** Waits, in the thread of the request. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;

    /** Waits before a refusal is told. */
    default void beforeRefusal(Duration time) throws InterruptedException {
      of(time);
    }
  }

  /**
   * Who tries.
   *
   * @param address of the client
   * @param devices the cookie of {@link KnownDevices}
   * @param told the free attempts that are left, and how long until the next one costs no time
   */
  record Client(String address, Optional<String> devices, ObjLongConsumer<Duration> told) {
    static Client of(Exchange exchange) {
      return new Client(
          exchange.remote(),
          exchange.cookie(Authentication.DEVICE_COOKIE),
          (next, left) -> exchange.rate("sign-in", FREE, DAY, left, next));
    }

    static Client at(String address) {
      return new Client(address, Optional.empty(), (next, left) -> {});
    }
  }

  Credentials(Accounts accounts, PasswordHashes hashes, Attempts attempts, Pause pause) {
    this.accounts = accounts;
    this.hashes = hashes;
    this.attempts = attempts;
    this.pause = pause;
  }

  /**
   * The account that has this e-mail and this password. May take {@link #PATIENCE}.
   *
   * @throws Refusal {@link Code#BAD_CREDENTIALS}, {@link Code#LOCKED_OUT} or {@link
   *     Code#ACCOUNT_SUSPENDED}
   */
  Accounts.WithHash check(String email, Secret password, Client client) {
    Optional<Email> address = Email.parse(email);
    String name = address.map(Email::value).orElseGet(() -> email.toLowerCase(Locale.ROOT));
    Optional<String> device =
        address
            .flatMap(accounts::find)
            .flatMap(known -> KnownDevices.id(client.devices(), known.hash()));
    return checked(
        address,
        password,
        device.map(id -> List.of(own(name, id))).orElseGet(() -> strangers(name, client.address())),
        client);
  }

  /**
   * Checks the password again for something that a session alone may not do.
   *
   * @throws Refusal as {@link #check}
   */
  void checkAgain(Account account, String session, Secret password, String from) {
    checked(
        Optional.of(new Email(account.email())),
        password,
        List.of(own(account.email(), session)),
        Client.at(from));
  }

  /**
   * Attempts under the first limit run one after the other in this process, so that the right
   * password of one resets the count before the next is counted. A refusal waits after its turn.
   */
  private Accounts.WithHash checked(
      Optional<Email> email, Secret password, List<Limit> limits, Client client) {
    try {
      return checkedInTurn(email, password, limits, client);
    } catch (Refusal refusal) {
      if (refusal.code() == Code.LOCKED_OUT) {
        await(pause::beforeRefusal, REFUSAL);
      }
      throw refusal;
    }
  }

  private Accounts.WithHash checkedInTurn(
      Optional<Email> email, Secret password, List<Limit> limits, Client client) {
    String key = limits.getFirst().name();
    Turn turn = turns.compute(key, (name, known) -> known == null ? new Turn() : known.joined());
    turn.lock.lock();
    try {
      return checkedNow(email, password, limits, client);
    } finally {
      turn.lock.unlock();
      turns.computeIfPresent(key, (name, known) -> known.left());
    }
  }

  private static final class Turn {
    final ReentrantLock lock = new ReentrantLock();
    private int users = 1;

    Turn joined() {
      users++;
      return this;
    }

    @Nullable Turn left() {
      users--;
      return users == 0 ? null : this;
    }
  }

  private Accounts.WithHash checkedNow(
      Optional<Email> email, Secret password, List<Limit> limits, Client client) {
    Counted counted = counted(email, limits, client);
    await(pause, counted.pause());
    Optional<Accounts.WithHash> known = email.flatMap(accounts::find);
    if (!hashes.matches(password, known.map(Accounts.WithHash::hash))) {
      client.told().accept(counted.next(), counted.left());
      Audit.refused(known.map(found -> found.account().id()), client.address());
      throw new Refusal(Code.BAD_CREDENTIALS, "no account has this e-mail and this password");
    }
    attempts.succeeded(counted);
    client.told().accept(Duration.ZERO, FREE);
    if (known.orElseThrow().suspended()) {
      throw new Refusal(Code.ACCOUNT_SUSPENDED, "an administrator suspended this account");
    }
    return known
        .filter(account -> PasswordHashes.isOutdated(account.hash()))
        .map(account -> accounts.rehash(account, hashes.hash(password)))
        .or(() -> known)
        .orElseThrow();
  }

  private Counted counted(Optional<Email> email, List<Limit> limits, Client client) {
    try {
      return attempts.take(Code.LOCKED_OUT, limits, PATIENCE);
    } catch (Refusal refusal) {
      Duration rest = refusal.retryAfter().orElse(Duration.ZERO);
      client.told().accept(rest.truncatedTo(ChronoUnit.SECONDS), 0); // as Retry-After says it
      Audit.heldOff(
          email.flatMap(accounts::find).map(found -> found.account().id()),
          client.address(),
          attempts.now());
      throw refusal;
    }
  }

  private static void await(Pause pause, Duration time) {
    try {
      if (time.isPositive()) {
        pause.of(time);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage(Code.STOPPING, "the server stops", e);
    }
  }

  /** Resets the limit of this account and address: a person who gets the e-mail is the owner. */
  void forgive(Account account, String from) {
    attempts.forget(here(account.email(), Exchange.client(from)));
  }

  private static Limit own(String name, String device) {
    return Limit.oneByOne("sign-in " + name + " on " + device, FREE, QUARTER, DAY);
  }

  private static Limit here(String name, String network) {
    return Limit.oneByOne("sign-in " + name + " from " + network, FREE, QUARTER, DAY);
  }

  private static List<Limit> strangers(String name, String from) {
    String network = Exchange.client(from);
    return List.of(
        here(name, network),
        new Limit("sign-in from " + network, Kind.EACH, MANY, PATIENCE, HOUR),
        new Limit("sign-in " + name, Kind.EACH, MANY_FOR_ONE, PATIENCE, HOUR));
  }
}

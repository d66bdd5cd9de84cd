package io.tapedeck.auth;

import io.tapedeck.auth.Attempts.Limit;
import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells whether an e-mail and a password belong together, with the same work for a wrong password
 * as for an unknown name, and with a door that closes on those who guess: per account and address,
 * per address, and, more slowly, per account from anywhere.
 */
final class Credentials {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final int STRIPES = 256;

  private final Accounts accounts;
  private final PasswordHashes hashes;
  private final Attempts attempts;

  /** Guesses at one door go one by one, so that a hundred at once count like a hundred in a row. */
  private final List<ReentrantLock> oneByOne;

  Credentials(Accounts accounts, PasswordHashes hashes, Attempts attempts) {
    this.accounts = accounts;
    this.hashes = hashes;
    this.attempts = attempts;
    this.oneByOne = java.util.stream.Stream.generate(ReentrantLock::new).limit(STRIPES).toList();
  }

  /**
   * The account these credentials open.
   *
   * @param from the client's address
   * @throws Refusal {@link Code#BAD_CREDENTIALS} or {@link Code#LOCKED_OUT}
   */
  Account check(String email, Secret password, String from) {
    Optional<Email> address = Email.parse(email);
    String name = address.map(Email::value).orElseGet(() -> email.toLowerCase(Locale.ROOT));
    Limit here = door(name, from);
    List<Limit> doors =
        List.of(
            here,
            new Limit("sign-in from " + network(from), 100, QUARTER, HOUR),
            new Limit("sign-in " + name, 100, Duration.ofMinutes(1), HOUR));
    ReentrantLock lock = oneByOne.get(Math.floorMod(here.name().hashCode(), STRIPES));
    lock.lock();
    try {
      attempts.check(Code.LOCKED_OUT, doors);
      Optional<Account> account = address.flatMap(known -> matching(known, password));
      if (address.isEmpty()) {
        hashes.matches(password, Optional.empty());
      }
      if (account.isEmpty()) {
        attempts.count(doors);
        throw new Refusal(Code.BAD_CREDENTIALS, "no account has this e-mail and this password");
      }
      attempts.forget(here);
      return account.get();
    } finally {
      lock.unlock();
    }
  }

  /** Opens the door of this account and address again: who has the e-mail is the owner. */
  void forgive(Account account, String from) {
    attempts.forget(door(account.email(), from));
  }

  private static Limit door(String name, String from) {
    return new Limit("sign-in " + name + " from " + network(from), 5, QUARTER, DAY);
  }

  private Optional<Account> matching(Email email, Secret password) {
    Optional<Accounts.WithHash> known = accounts.find(email);
    if (!hashes.matches(password, known.map(Accounts.WithHash::hash))) {
      return Optional.empty();
    }
    known
        .filter(account -> PasswordHashes.isOutdated(account.hash()))
        .ifPresent(account -> accounts.rehash(account, hashes.hash(password)));
    return known.map(Accounts.WithHash::account);
  }

  /** The address as it counts: of IPv6 the network, since one client has 2^64 addresses of it. */
  static String network(String address) {
    if (!address.contains(":")) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address.replaceAll("[\\[\\]]|%.*", "")).getAddress();
      return bytes.length == 16 ? Arrays.toString(Arrays.copyOf(bytes, 8)) : address;
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}

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
 * Checks an e-mail and a password. A wrong password costs the same work as an unknown name. Failed
 * attempts are limited per account and address, per address, and, less strictly, per account from
 * all addresses.
 */
final class Credentials {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final int STRIPES = 256;

  private final Accounts accounts;
  private final PasswordHashes hashes;
  private final Attempts attempts;

  /** Attempts under one limit run one by one: 100 parallel attempts count like 100 in a row. */
  private final List<ReentrantLock> oneByOne;

  Credentials(Accounts accounts, PasswordHashes hashes, Attempts attempts) {
    this.accounts = accounts;
    this.hashes = hashes;
    this.attempts = attempts;
    this.oneByOne = java.util.stream.Stream.generate(ReentrantLock::new).limit(STRIPES).toList();
  }

  /**
   * The account that has this e-mail and this password.
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

  /** Resets the limit of this account and address: a person who gets the e-mail is the owner. */
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

  /** The address to count: for IPv6 the network, because one client has 2^64 addresses in it. */
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

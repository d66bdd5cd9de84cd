package io.tapedeck.core;

import java.time.Instant;

/**
 * Names one person or program that signs in. Written {@code acc_} and 26 characters; ids sort by
 * their time of creation.
 */
public record AccountId(String value) implements Comparable<AccountId> {
  public AccountId {
    Ulid.checked("acc", value);
  }

  /** A new id, sorting after those of earlier moments and impossible to guess. */
  public static AccountId at(Instant now) {
    return new AccountId("acc_" + Ulid.at(now));
  }

  @Override
  public int compareTo(AccountId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

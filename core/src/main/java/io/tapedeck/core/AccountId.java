package io.tapedeck.core;

import java.time.Instant;

/**
 * The id of one person or program that signs in: {@code acc_} and 26 characters. Ids sort by their
 * time of creation.
 */
public record AccountId(String value) implements Comparable<AccountId> {
  public AccountId {
    Ulid.checked("acc", value);
  }

  /** A new id. It sorts after the ids of earlier moments, and nobody can guess it. */
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

package io.tapedeck.sql;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Whose turn it is. Each account has a moment until which it has had its share. A claim moves this
 * moment on by a price, and work by a multiple of its time, starting from now at the earliest. The
 * account with the earliest moment is next. So time used lately counts and is forgotten by itself,
 * accounts that used nothing take turns, and nobody waits for longer than its own debt. (A leaky
 * bucket for each account, served in the order of start-time fair queuing.)
 */
final class Turns {
  /** What a claim costs, however short the work is. */
  static final Duration PRICE = Duration.ofSeconds(1);

  /** What an hour of work costs, in hours. */
  private static final int WEIGHT = 4;

  /** No step of work counts as longer: a lease is renewed more often, unless its holder is dead. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(10);

  /** No account has a larger debt. */
  private static final Duration LARGEST_DEBT = Duration.ofHours(1);

  /** A video counts as created later by a second for each MB, and by this at most. */
  private static final Duration LARGEST_HANDICAP = Duration.ofHours(1);

  /** Accounts that are looked at for one claim. */
  private static final int ACCOUNTS = 20;

  static final String ACCOUNTS_IN_TURN =
      "SELECT owner FROM account_turn%s WHERE waiting > 0 ORDER BY turn_at, owner LIMIT "
          + ACCOUNTS;

  static final String NEWCOMERS_IN_TURN =
      "SELECT owner FROM account_turn%s WHERE waiting > 0 AND NOT EXISTS (SELECT 1 FROM conversion"
          + " WHERE state = 'converting' AND conversion.owner = account_turn.owner) ORDER BY turn_at,"
          + " owner LIMIT "
          + ACCOUNTS;

  static final String FIRST_OF_ACCOUNT =
      "SELECT id FROM conversion%s WHERE state = 'queued' AND owner = :owner AND event_by <= :now"
          + " ORDER BY rank_at, id LIMIT 1";

  static final String BEFORE_IN_ACCOUNT =
      "SELECT COUNT(*) FROM (SELECT 1 FROM conversion%s WHERE state = 'queued' AND owner = :owner AND"
          + " rank_at <= :rank AND (rank_at < :rank OR id < :id) LIMIT :limit) AS before_it";

  static final String OTHERS_IN_TURN =
      "SELECT waiting, turn_at, owner FROM account_turn%s WHERE waiting > 0 AND turn_at <= :mine AND"
          + " owner <> :owner ORDER BY turn_at, owner LIMIT :limit";

  private final Database database;

  Turns(Database database) {
    this.database = database;
  }

  /** When a conversion is next among those of its owner, in epoch milliseconds. */
  static long rank(long created, long videoSize) {
    return created + Math.min(videoSize >> 10, LARGEST_HANDICAP.toMillis());
  }

  /** The conversions that may be claimed now: the first of each account, in the accounts' turn. */
  List<ConversionId> next(boolean newcomers, Instant now) {
    String accounts = by("account_turn_order", newcomers ? NEWCOMERS_IN_TURN : ACCOUNTS_IN_TURN);
    return database.read(handle ->
        handle.createQuery(accounts).mapTo(String.class).list().stream()
            .flatMap(owner -> first(handle, owner, now).stream())
            .toList());
  }

  private Optional<ConversionId> first(Handle handle, String owner, Instant now) {
    return handle
        .createQuery(by("conversion_turn", FIRST_OF_ACCOUNT))
        .bind("owner", owner)
        .bind("now", now.toEpochMilli())
        .map((row, context) -> new ConversionId(row.getString(1)))
        .findOne();
  }

  private String by(String index, String question) {
    return question.formatted(database.dialect().by(index));
  }

  /** Records a new conversion, or a move of one. */
  void moved(Handle handle, Conversion from, Kind to, long now) {
    Kind before = from.state().kind();
    long charge = 0;
    if (before == Kind.CONVERTING) {
      long step = Math.max(0, now - from.changedAt().toEpochMilli());
      charge = WEIGHT * Math.min(step, LONGEST_STEP.toMillis());
    } else if (to == Kind.CONVERTING) {
      charge = PRICE.toMillis();
    }
    int waiting = (to == Kind.QUEUED ? 1 : 0) - (before == Kind.QUEUED ? 1 : 0);
    if (charge != 0 || waiting != 0) {
      change(handle, from.owner(), waiting, charge, now);
    }
  }

  void created(Handle handle, AccountId owner, long now) {
    change(handle, owner, 1, 0, now);
  }

  /**
   * Never counts below zero: a replica of an earlier version moves conversions without counting,
   * and an account that was counted too low must not stay so when its queue has ended.
   */
  private void change(Handle handle, AccountId owner, int waiting, long charge, long now) {
    if (!update(handle, owner, waiting, charge, now)
        && !database.inserted(() ->
            handle.execute(
                "INSERT INTO account_turn (owner, waiting, turn_at) VALUES (?, ?, ?)",
                owner.value(),
                Math.max(0, waiting),
                now + charge))) {
      update(handle, owner, waiting, charge, now);
    }
  }

  private static boolean update(
      Handle handle, AccountId owner, int waiting, long charge, long now) {
    return handle
            .createUpdate(
                "UPDATE account_turn SET waiting = CASE WHEN waiting + :waiting < 0 THEN 0 ELSE"
                    + " waiting + :waiting END, turn_at = CASE WHEN :charge = 0 THEN turn_at WHEN"
                    + " turn_at < :now THEN :now + :charge WHEN turn_at + :charge > :most THEN :most"
                    + " ELSE turn_at + :charge END WHERE owner = :owner")
            .bind("waiting", waiting)
            .bind("charge", charge)
            .bind("now", now)
            .bind("most", now + LARGEST_DEBT.toMillis())
            .bind("owner", owner.value())
            .execute()
        == 1;
  }

  /** How many others have their turn before this conversion, at most the limit. */
  int ahead(Conversion queued, int limit, Instant now) {
    String owner = queued.owner().value();
    return database.read(handle -> {
      int own =
          handle
              .createQuery(by("conversion_turn", BEFORE_IN_ACCOUNT))
              .bind("owner", owner)
              .bind("rank", rankOf(handle, queued.id()))
              .bind("id", queued.id().value())
              .bind("limit", limit)
              .mapTo(Integer.class)
              .one();
      long turn = turnOf(handle, owner);
      Turn mine =
          new Turn(
              own == 0 ? turn : Math.max(turn, now.toEpochMilli()) + own * PRICE.toMillis(), owner);
      long others =
          handle
              .createQuery(by("account_turn_order", OTHERS_IN_TURN))
              .bind("mine", mine.at())
              .bind("owner", owner)
              .bind("limit", limit)
              .map((row, context) ->
                  Math.min(
                      row.getInt("waiting"),
                      new Turn(row.getLong("turn_at"), row.getString("owner"))
                          .timesBefore(mine, now.toEpochMilli())))
              .list()
              .stream()
              .mapToLong(Long::longValue)
              .sum();
      return (int) Math.min(limit, own + others);
    });
  }

  /** The moment of an account. */
  private record Turn(long at, String owner) {
    /** How many times this account is served before the other's moment, from now on. */
    long timesBefore(Turn other, long now) {
      boolean first = owner.compareTo(other.owner) < 0;
      if (at > other.at || (at == other.at && !first)) {
        return 0;
      }
      long price = PRICE.toMillis();
      long more = other.at - Math.max(at, now);
      return 1 + (more <= 0 ? 0 : more % price == 0 && !first ? more / price - 1 : more / price);
    }
  }

  private static long rankOf(Handle handle, ConversionId id) {
    return handle
        .createQuery("SELECT rank_at FROM conversion WHERE id = ?")
        .bind(0, id.value())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  private static long turnOf(Handle handle, String owner) {
    return handle
        .createQuery("SELECT turn_at FROM account_turn WHERE owner = ?")
        .bind(0, owner)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }
}

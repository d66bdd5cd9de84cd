package io.tapedeck.sql;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Ledger.Page;
import io.tapedeck.core.Ledger.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the ledger. Each walks one index in the order of its answer, starting at the first
 * row wanted, so its time does not grow with the table. A query about several states walks the
 * index once for each state and merges the results. Each query names its index, because planners
 * that only estimate sometimes choose another one.
 */
final class LedgerQueries {
  private static final String SELECT = "SELECT " + Row.COLUMNS + " FROM conversion";
  private static final int IDS_AT_ONCE = 500;

  private final Database database;

  LedgerQueries(Database database) {
    this.database = database;
  }

  static Optional<Row> find(Handle handle, ConversionId id) {
    return handle
        .createQuery(SELECT + " WHERE id = ?")
        .bind(0, id.value())
        .map(Row::read)
        .findOne();
  }

  List<Conversion> list(AccountId owner, Page page) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("owner", owner.value());
    StringBuilder where = new StringBuilder("owner = :owner AND hidden = 0");
    if (page.before() != null) {
      where.append(" AND id < :before");
      values.put("before", page.before().value());
    }
    if (page.search() != null) {
      where.append(" AND INSTR(video_search, :search) > 0");
      values.put("search", Row.searched(page.search()));
    }
    String index = page.states().isEmpty() ? "conversion_list" : "conversion_list_of_state";
    return query(page.states(), index, where.toString(), Order.NEWEST, page.limit(), values);
  }

  List<Conversion> readyBy(AccountId owner, Instant moment, @Nullable String search, int limit) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("owner", owner.value());
    values.put("moment", moment.toEpochMilli());
    values.put("search", search == null ? "" : Row.searched(search));
    return query(
        EnumSet.of(Kind.READY),
        "conversion_list_of_state",
        "owner = :owner AND hidden = 0 AND ready_at <= :moment"
            + " AND (:search = '' OR INSTR(video_search, :search) > 0)",
        Order.NEWEST,
        limit,
        values);
  }

  List<Conversion> changedSince(AccountId owner, Instant since, int limit) {
    return query(
        Set.of(),
        "conversion_changes",
        "owner = :owner AND changed_at >= :since",
        Order.CHANGED,
        limit,
        Map.of("owner", owner.value(), "since", since.toEpochMilli()));
  }

  List<Conversion> queuedBefore(Instant moment, int limit) {
    return query(
        EnumSet.of(Kind.QUEUED),
        "conversion_state_since",
        "changed_at < :moment",
        Order.CHANGED,
        limit,
        Map.of("moment", moment.toEpochMilli()));
  }

  /** The first condition bounds the index walk; the second skips rows up to the given id. */
  List<Conversion> changedBetween(
      Set<Kind> states, Place after, Instant before, Instant now, int limit) {
    ConversionId id = after.id();
    return query(
        states,
        "conversion_state_since",
        "changed_at >= :from AND changed_at < :to AND (changed_at > :from OR id > :id)"
            + " AND (state <> 'queued' OR event_by <= :now)",
        Order.CHANGED,
        limit,
        Map.of(
            "from", after.moment().toEpochMilli(),
            "to", before.toEpochMilli(),
            "id", id == null ? "" : id.value(),
            "now", now.toEpochMilli()));
  }

  /** The first condition bounds the index walk. */
  List<Conversion> latest(Set<Kind> states, Optional<Place> before, int limit) {
    Optional<ConversionId> id = before.map(Place::id);
    return query(
        states,
        "conversion_state_since",
        "changed_at <= :to AND (changed_at < :to OR id < :id) AND hidden = 0",
        Order.LATEST,
        limit,
        Map.of(
            "to", before.map(place -> place.moment().toEpochMilli()).orElse(Long.MAX_VALUE),
            "id", id.map(ConversionId::value).orElse("")));
  }

  List<Conversion> expiredBefore(Instant moment, int limit) {
    return query(
        EnumSet.complementOf(EnumSet.of(Kind.EXPIRED)),
        "conversion_expiry",
        "expires_at < :moment",
        Order.EXPIRY,
        limit,
        Map.of("moment", moment.toEpochMilli()));
  }

  private List<Conversion> query(
      Set<Kind> states,
      String index,
      String where,
      Order order,
      int limit,
      Map<String, ? extends @Nullable Object> values) {
    String from = SELECT + database.dialect().by(index) + " WHERE ";
    String tail = where + " ORDER BY " + order.sql + " LIMIT " + limit;
    return database.read(handle -> {
      if (states.isEmpty()) {
        return walk(handle, from + tail, values);
      }
      return states.stream()
          .map(kind -> from + "state = '" + kind.wire() + "' AND " + tail)
          .flatMap(sql -> walk(handle, sql, values).stream())
          .sorted(order)
          .limit(limit)
          .toList();
    });
  }

  private static List<Conversion> walk(
      Handle handle, String sql, Map<String, ? extends @Nullable Object> values) {
    return handle.createQuery(sql).bindMap(values).map(Row::read).map(Row::conversion).list();
  }

  /** The orders of answers, for the database and for results merged from several walks. */
  private enum Order implements Comparator<Conversion> {
    NEWEST("id DESC"),
    CHANGED("changed_at, id"),
    LATEST("changed_at DESC, id DESC"),
    EXPIRY("expires_at, id");

    final String sql;

    Order(String sql) {
      this.sql = sql;
    }

    @Override
    public int compare(Conversion a, Conversion b) {
      return switch (this) {
        case NEWEST -> b.id().compareTo(a.id());
        case CHANGED -> first(a.changedAt().compareTo(b.changedAt()), a, b);
        case LATEST -> first(b.changedAt().compareTo(a.changedAt()), b, a);
        case EXPIRY -> first(a.expiresAt().compareTo(b.expiresAt()), a, b);
      };
    }

    private static int first(int times, Conversion a, Conversion b) {
      return times != 0 ? times : a.id().compareTo(b.id());
    }
  }

  Usage usage(AccountId owner, Instant since) {
    return database.read(handle -> {
      int active = 0;
      long stored = 0;
      for (Sum sum : sums(handle, owner)) {
        active += sum.kind == Kind.QUEUED || sum.kind == Kind.CONVERTING ? sum.count : 0;
        stored += sum.kind == Kind.READY ? sum.mp3s : sum.videos;
      }
      return new Usage(active, stored, converted(handle, owner, since));
    });
  }

  private static List<Sum> sums(Handle handle, AccountId owner) {
    return handle
        .createQuery(
            "SELECT state, COUNT(*), SUM(video_size), SUM(mp3_size) FROM conversion WHERE owner = ?"
                + " AND state IN ('queued', 'converting', 'failed', 'ready') GROUP BY state")
        .bind(0, owner.value())
        .map((row, context) ->
            new Sum(Kind.of(row.getString(1)), row.getInt(2), row.getLong(3), row.getLong(4)))
        .list();
  }

  private static Duration converted(Handle handle, AccountId owner, Instant since) {
    long micros =
        handle
            .createQuery(
                "SELECT COALESCE(SUM(mp3_micros), 0) FROM conversion WHERE owner = ? AND ready_at"
                    + " >= ?")
            .bind(0, owner.value())
            .bind(1, since.toEpochMilli())
            .mapTo(Long.class)
            .one();
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  Set<ConversionId> alive(Collection<ConversionId> ids) {
    List<String> all = ids.stream().map(ConversionId::value).toList();
    Set<ConversionId> alive = new HashSet<>();
    for (int from = 0; from < all.size(); from += IDS_AT_ONCE) {
      List<String> some = all.subList(from, Math.min(from + IDS_AT_ONCE, all.size()));
      alive.addAll(
          database.read(handle ->
              handle
                  .createQuery(
                      "SELECT id FROM conversion WHERE id IN (<ids>) AND state <> 'expired'")
                  .bindList("ids", some)
                  .map((row, context) -> new ConversionId(row.getString(1)))
                  .list()));
    }
    return alive;
  }

  private record Sum(Kind kind, int count, long videos, long mp3s) {}
}

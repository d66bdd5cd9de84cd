package io.tapedeck.sql;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.JanitorLedger.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The conversions of all accounts, for administrators. It changes nothing. */
public final class LedgerOverview {
  private final LedgerQueries queries;

  public LedgerOverview(Database database) {
    queries = new LedgerQueries(database);
  }

  /**
   * A page of the conversions in one of these states, last change first, without those that their
   * owner deleted.
   *
   * @param before the place of the last conversion on the page before; empty for the first page
   * @param limit 1 to 200
   */
  public List<Conversion> latest(Set<Kind> states, Optional<Place> before, int limit) {
    return queries.latest(states, before, limit);
  }
}

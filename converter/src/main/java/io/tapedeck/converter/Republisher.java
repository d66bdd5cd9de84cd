package io.tapedeck.converter;

import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.JanitorLedger;
import io.tapedeck.core.JanitorLedger.Place;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Walks through the conversions of some states in the order of their last change, each once, up to
 * a moment that advances with each call. It keeps only its place and one page, however many
 * conversions there are. It passes a conversion only after the work on it is done.
 */
final class Republisher {
  private static final int PAGE = 500;

  private final JanitorLedger ledger;
  private final Set<Kind> states;
  private Place place;

  Republisher(JanitorLedger ledger, Set<Kind> states, Instant from) {
    this.ledger = ledger;
    this.states = states;
    this.place = Place.before(from);
  }

  /**
   * Does the work for all conversions that changed between the end of the last call and the moment.
   */
  void until(Instant moment, Consumer<Conversion> work) {
    List<Conversion> page;
    do {
      page = ledger.changedBetween(states, place, moment, PAGE);
      for (Conversion conversion : page) {
        work.accept(conversion);
        place = Place.of(conversion);
      }
    } while (page.size() == PAGE);
  }
}

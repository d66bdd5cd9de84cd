package io.tapedeck.admin;

import io.tapedeck.admin.AdminActs.Actor;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Text;
import io.tapedeck.identity.Audit;
import io.tapedeck.sql.LedgerOverview;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of all accounts, for an administrator: what state, why, and the id that the log
 * has. The name of a video says what a person works on, and finding out why a conversion failed
 * does not need it; so it is left out.
 */
public final class AllConversions {
  private final LedgerOverview overview;
  private final Ledger ledger;
  private final BlobStore store;
  private final EventBus bus;
  private final AdminActs acts;

  public AllConversions(
      LedgerOverview overview, Ledger ledger, BlobStore store, EventBus bus, AdminActs acts) {
    this.overview = overview;
    this.ledger = ledger;
    this.store = store;
    this.bus = bus;
    this.acts = acts;
  }

  /**
   * A conversion as an administrator sees it.
   *
   * @param account the id of its owner
   * @param bytes of the video
   * @param attempt how often a converter has begun it
   */
  public record Entry(
      String id,
      String account,
      String state,
      double progress,
      int attempt,
      long bytes,
      @Nullable Reason problem,
      Instant createdAt,
      Instant changedAt,
      Instant expiresAt) {
    static Entry of(Conversion conversion) {
      ConversionState state = conversion.state();
      double progress = state.kind() == Kind.READY ? 1 : 0;
      return new Entry(
          conversion.id().value(),
          conversion.owner().value(),
          state.kind().wire(),
          state instanceof ConversionState.Converting now ? now.progress().fraction() : progress,
          conversion.attempt(),
          conversion.video().size(),
          state instanceof ConversionState.Failed(var problem)
              ? new Reason(
                  problem.code().wire(),
                  problem.code().title(),
                  withoutName(problem.detail(), conversion.video().name()),
                  problem.code().hint(),
                  problem.code().retryable())
              : null,
          conversion.createdAt(),
          conversion.changedAt(),
          conversion.expiresAt());
    }

    private static String withoutName(String detail, String name) {
      return name.isEmpty() ? detail : detail.replace(name, "the file");
    }
  }

  /** Why a conversion failed. */
  public record Reason(String code, String title, String detail, String hint, boolean retryable) {}

  /**
   * A page, last change first.
   *
   * @param states empty for all
   */
  public List<Entry> list(Set<Kind> states, Optional<Place> before, int limit) {
    Set<Kind> all = states.isEmpty() ? Set.of(Kind.values()) : states;
    return overview.latest(all, before, limit).stream().map(Entry::of).toList();
  }

  /** A page of one account, newest first. */
  public List<Entry> of(
      AccountId account, Set<Kind> states, @Nullable ConversionId before, int limit) {
    return ledger.list(account, new Ledger.Page(before, states, null, limit)).stream()
        .map(Entry::of)
        .toList();
  }

  /**
   * Failed → Queued, whatever limits its owner has.
   *
   * @throws Refusal {@link Code#NOT_FOUND} or {@link Code#WRONG_STATE}
   */
  public Entry retry(Actor actor, String id) {
    Conversion queued = moved(ledger.retry(known(id)), "only a failed one is tried again");
    try {
      bus.publish(new Event.VideoStored(queued.id()));
    } catch (Outage e) {
      // The Janitor publishes it again: the conversion is queued.
    }
    bus.tell(new Event.Changed(queued.id(), queued.owner()));
    acts.add(actor, Audit.Event.CONVERSION_RETRIED, id, "");
    return Entry.of(queued);
  }

  /**
   * Ends a conversion that waits or runs, and deletes its video.
   *
   * @throws Refusal {@link Code#NOT_FOUND} or {@link Code#WRONG_STATE}
   */
  public Entry cancel(Actor actor, String id) {
    Conversion over = moved(ledger.cancel(known(id)), "only one that has not ended is cancelled");
    bus.tell(new Event.Stopped(over.id(), over.owner()));
    bus.tell(new Event.Changed(over.id(), over.owner()));
    store.delete(over.video().blob());
    acts.add(actor, Audit.Event.CONVERSION_CANCELLED, id, "");
    return Entry.of(over);
  }

  /** The conversion with this id. */
  public Optional<Entry> find(String id) {
    return ledger.find(known(id)).map(Entry::of);
  }

  private static Conversion moved(Move move, String rule) {
    return switch (move) {
      case Move.Done(Conversion now) -> now;
      case Move.Refused(Conversion now) ->
          throw new Refusal(
              Code.WRONG_STATE, "it is " + now.state().kind().wire() + ", and " + rule);
      case Move.Unknown unknown -> throw new Refusal(Code.NOT_FOUND, "no such conversion");
    };
  }

  private static ConversionId known(String id) {
    try {
      return new ConversionId(id);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Code.NOT_FOUND, "no conversion " + Text.shown(id));
    }
  }
}

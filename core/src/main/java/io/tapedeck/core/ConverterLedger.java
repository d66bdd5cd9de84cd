package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The part of the {@link Ledger} for converters, with the same promises. A converter takes a lease
 * on a conversion and reports the result.
 */
public interface ConverterLedger {
  Optional<Conversion> find(ConversionId id);

  /** What the owner uses now and has used since the moment. */
  Ledger.Usage usage(AccountId owner, Instant since);

  /** Queued → Converting. The worker gets a lease with the next attempt, or the move is refused. */
  Move claim(ConversionId id, String worker, Duration lease);

  /**
   * Queued → Converting for the conversion whose turn it is: of the account that has had its share
   * for the longest time, and of its conversions the one that was created first, where a large
   * video counts as later. Whoever works on a conversion uses up its owner's share. A conversion
   * whose event comes again by itself ({@link #handBack(Lease, Duration)}) has no turn until then.
   *
   * @param newcomer only of an account whose conversions all wait
   * @return empty when there is none
   */
  Optional<Conversion> claimNext(String worker, Duration lease, boolean newcomer);

  /**
   * Extends the lease and records the progress. Refused when the lease is no longer the newest or
   * the state has changed.
   */
  Move renew(Lease lease, Duration extension, Progress progress);

  /**
   * Converting → Ready. Refused for any attempt but the newest. A second call with the same MP3
   * returns Done again, so that a caller that missed the first answer does not delete an MP3 in
   * use.
   */
  Move finish(Lease lease, Mp3 mp3);

  /**
   * Converting → Failed. Refused for any attempt but the newest. A second call with the same
   * problem returns Done again.
   */
  Move fail(Lease lease, Problem problem);

  /**
   * Converting → Queued, by a holder that is stopping. This does not count against the conversion.
   */
  Move handBack(Lease lease);

  /**
   * Like {@link #handBack(Lease)}, by a holder that could not continue because of a fault of ours.
   * The conversion's event is still in delivery and comes again within the given time. Until then
   * {@link JanitorLedger#changedBetween} leaves the conversion out.
   */
  Move handBack(Lease lease, Duration again);

  /**
   * Converting → Queued, by a holder that had an unforeseen error. When this was the {@code
   * limit}th strike against the conversion, Converting → Failed with this problem. A lease that
   * ended without renewal is a strike too. Otherwise like {@link #handBack(Lease, Duration)}.
   */
  Move strike(Lease lease, int limit, Problem problem, Duration again);

  /** Queued → Failed, for a conversion that the broker could not deliver. */
  Move giveUp(ConversionId id, Problem problem);
}

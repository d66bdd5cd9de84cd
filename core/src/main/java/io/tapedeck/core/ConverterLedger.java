package io.tapedeck.core;

import java.time.Duration;
import java.util.Optional;

/**
 * What a converter asks of the {@link Ledger}, whose promises it shares: a lease on a conversion,
 * and what became of it.
 */
public interface ConverterLedger {
  Optional<Conversion> find(ConversionId id);

  /** Queued → Converting: the worker gets a lease with the next attempt, or the move is refused. */
  Move claim(ConversionId id, String worker, Duration lease);

  /**
   * Extends the lease and writes the progress down; refused when the lease is no longer the newest
   * or the state has changed.
   */
  Move renew(Lease lease, Duration extension, Progress progress);

  /**
   * Converting → Ready, refused for any but the newest attempt. Told again with the same MP3 it is
   * Done again, so that whoever did not hear the answer does not delete what is in use.
   */
  Move finish(Lease lease, Mp3 mp3);

  /**
   * Converting → Failed, refused for any but the newest attempt. Told again with the same problem
   * it is Done again.
   */
  Move fail(Lease lease, Problem problem);

  /**
   * Converting → Queued by the holder itself, who is stopping; it does not count against the
   * conversion.
   */
  Move handBack(Lease lease);

  /**
   * The same by a holder who could not go on for a fault of ours. Its event is under way still and
   * comes again within the given time, so until then {@link JanitorLedger#changedBetween} leaves it
   * out.
   */
  Move handBack(Lease lease, Duration again);

  /**
   * Converting → Queued by a holder to whom an unforeseen error happened, or → Failed with this
   * problem when that was the {@code limit}th strike against the conversion: leases that ended
   * unrenewed count too. As {@link #handBack(Lease, Duration)} otherwise.
   */
  Move strike(Lease lease, int limit, Problem problem, Duration again);

  /** Queued → Failed, for a conversion that the broker could not deliver. */
  Move giveUp(ConversionId id, Problem problem);
}

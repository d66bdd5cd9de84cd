package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What clears up asks of the {@link Ledger}, whose promises it shares: what was left behind or is
 * over, and the end of it.
 */
public interface JanitorLedger {
  Optional<Conversion> find(ConversionId id);

  /**
   * Any → Expired. With {@code hidden} the owner deleted it, and lists no longer show it; so can be
   * deleted what is Expired already.
   */
  Move expire(ConversionId id, boolean hidden);

  /**
   * Frees a stale lease: Converting → Queued, or → Failed with {@link Code#CONVERTER_CRASHED} when
   * this was the {@code limit}th lease of this conversion that ended so. Refused when the lease was
   * renewed or another attempt began meanwhile.
   */
  Move free(Lease stale, int limit);

  /**
   * Those in one of these states that changed last after the place and before the moment, oldest
   * change first. The place of a page's last one begins the next page, so a walk sees all of them
   * however many share a moment, and holds one page at a time. Queued ones whose event comes again
   * by itself ({@link ConverterLedger#handBack(Lease, Duration)}) are left out until then.
   */
  List<Conversion> changedBetween(
      Set<ConversionState.Kind> states, Place after, Instant before, int limit);

  /** Not Expired, with {@link Conversion#expiresAt()} before the moment. */
  List<Conversion> expiredBefore(Instant moment, int limit);

  /**
   * Which of these conversions still need their video's bytes, or their MP3's: those known, neither
   * Expired nor purged.
   */
  Set<ConversionId> alive(Set<ConversionId> ids);

  /**
   * Forgets Expired conversions that nothing has changed since the moment; returns how many. Their
   * blobs are gone by then.
   */
  int forget(Instant moment, int limit);

  /**
   * Takes or keeps a named duty that one worker in the whole system holds at a time, such as the
   * Janitor's round.
   *
   * @return whether this worker holds it until now + {@code lease}
   */
  boolean duty(String name, String worker, Duration lease);

  /**
   * A place among conversions that are ordered by their last change and then by id.
   *
   * @param id null for the place before all that changed at the moment
   */
  record Place(Instant moment, @Nullable ConversionId id) {
    /** Before all that changed at the moment or later. */
    public static Place before(Instant moment) {
      return new Place(moment, null);
    }

    public static Place of(Conversion conversion) {
      return new Place(conversion.changedAt(), conversion.id());
    }
  }
}

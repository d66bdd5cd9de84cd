package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of the {@link Ledger} for clearing up, with the same promises. It finds conversions that
 * were left behind or are over, and ends them.
 */
public interface JanitorLedger {
  Optional<Conversion> find(ConversionId id);

  /**
   * Any state → Expired. With {@code hidden} the owner deleted the conversion, and lists no longer
   * show it. The owner can delete a conversion that is already Expired.
   */
  Move expire(ConversionId id, boolean hidden);

  /**
   * Frees a stale lease: Converting → Queued. When this was the {@code limit}th lease of the
   * conversion that ended this way, Converting → Failed with {@link Code#CONVERTER_CRASHED}.
   * Refused when the lease was renewed, or another attempt began, in the meantime.
   */
  Move free(Lease stale, int limit);

  /**
   * The conversions in one of these states whose last change is after the place and before the
   * moment, oldest change first. The place of a page's last conversion begins the next page. So a
   * walk finds all conversions, however many changed at the same moment, and holds one page at a
   * time. A Queued conversion whose event comes again by itself ({@link
   * ConverterLedger#handBack(Lease, Duration)}) is left out until the time given there.
   */
  List<Conversion> changedBetween(
      Set<ConversionState.Kind> states, Place after, Instant before, int limit);

  /**
   * The conversions that are not Expired and whose {@link Conversion#expiresAt()} is before the
   * moment.
   */
  List<Conversion> expiredBefore(Instant moment, int limit);

  /**
   * Those of the given conversions whose video or MP3 is still needed: the ledger knows the
   * conversion, and it is neither Expired nor purged.
   */
  Set<ConversionId> alive(Set<ConversionId> ids);

  /**
   * Forgets Expired conversions that have not changed since the moment, and returns how many. Their
   * blobs are already deleted.
   */
  int forget(Instant moment, int limit);

  /**
   * Takes or keeps a named duty, such as the Janitor's round. One worker in the whole system holds
   * a duty at a time.
   *
   * @return whether this worker holds the duty until now + {@code lease}
   */
  boolean duty(String name, String worker, Duration lease);

  /**
   * A place in the order of conversions by last change and then by id.
   *
   * @param id null for the place before all conversions that changed at the moment
   */
  record Place(Instant moment, @Nullable ConversionId id) {
    /** The place before all conversions that changed at the moment or later. */
    public static Place before(Instant moment) {
      return new Place(moment, null);
    }

    public static Place of(Conversion conversion) {
      return new Place(conversion.changedAt(), conversion.id());
    }
  }
}

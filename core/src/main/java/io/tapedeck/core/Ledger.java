package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All conversions, and the truth about each. A state changes only by compare-and-move along {@link
 * ConversionState.Kind#next()}, each change is on disk when the method returns, and every method
 * may be called twice with the same arguments. Any method throws {@link Outage} while the database
 * cannot be reached; nothing was changed then.
 */
public interface Ledger extends Component {
  /**
   * Writes down a new conversion as Queued. A second call with the same id changes nothing and
   * returns what is there.
   */
  Conversion create(
      ConversionId id, AccountId owner, Video video, ConversionOptions options, Instant expiresAt);

  Optional<Conversion> find(ConversionId id);

  /** The owner's conversions, newest first, without those the owner deleted. */
  List<Conversion> list(AccountId owner, Page page);

  /**
   * The owner's conversions that changed at or after the moment, oldest change first, deleted ones
   * (Expired) included.
   */
  List<Conversion> changedSince(AccountId owner, Instant since, int limit);

  /** What the owner uses now, and has used since the moment. */
  Usage usage(AccountId owner, Instant since);

  // ---- converter

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
   * comes again within the given time, so until then {@link #changedBetween} leaves it out.
   */
  Move handBack(Lease lease, Duration again);

  /**
   * Converting → Queued by a holder to whom an unforeseen error happened, or → Failed with this
   * problem when that was the {@code limit}th strike against the conversion: leases that ended
   * unrenewed count too. As {@link #handBack(Lease, Duration)} otherwise.
   */
  Move strike(Lease lease, int limit, Problem problem, Duration again);

  // ---- owner

  /** Queued or Converting → Cancelled. */
  Move cancel(ConversionId id);

  /** Failed → Queued. */
  Move retry(ConversionId id);

  /**
   * Any → Expired. With {@code hidden} the owner deleted it, and lists no longer show it; so can be
   * deleted what is Expired already.
   */
  Move expire(ConversionId id, boolean hidden);

  // ---- janitor

  /**
   * Frees a stale lease: Converting → Queued, or → Failed with {@link Code#CONVERTER_CRASHED} when
   * this was the {@code limit}th lease of this conversion that ended so. Refused when the lease was
   * renewed or another attempt began meanwhile.
   */
  Move free(Lease stale, int limit);

  /** Queued → Failed, for a conversion that the broker could not deliver. */
  Move giveUp(ConversionId id, Problem problem);

  /** Queued and unchanged since before the moment, oldest first. */
  List<Conversion> queuedBefore(Instant moment, int limit);

  /**
   * Those in one of these states that changed last after the place and before the moment, oldest
   * change first. The place of a page's last one begins the next page, so a walk sees all of them
   * however many share a moment, and holds one page at a time. Queued ones whose event comes again
   * by itself ({@link #handBack(Lease, Duration)}) are left out until then.
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

  /**
   * A page of a list.
   *
   * @param before only conversions with an id smaller than this one; null for the newest
   * @param states only these; empty for all
   * @param search only names that contain this, ignoring case; null for all
   * @param limit 1 to 200
   */
  record Page(
      @Nullable ConversionId before,
      Set<ConversionState.Kind> states,
      @Nullable String search,
      int limit) {
    public Page {
      states = Set.copyOf(states);
      if (limit < 1 || limit > 200) {
        throw new IllegalArgumentException("a page has 1 to 200 conversions, not " + limit);
      }
    }
  }

  /**
   * What an account uses.
   *
   * @param active conversions Queued or Converting now
   * @param storedBytes of videos of conversions that are not Ready, Cancelled or Expired, and of
   *     MP3s that are Ready
   * @param converted how much audio became Ready since the moment asked for
   */
  record Usage(int active, long storedBytes, Duration converted) {}
}

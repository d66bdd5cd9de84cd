package io.tapedeck.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All conversions with their true states. A state changes only by compare-and-move along {@link
 * ConversionState.Kind#next()}. Each change is on disk when the method returns. Every method may be
 * called twice with the same arguments. Every method throws {@link Outage} while the database
 * cannot be reached; then nothing was changed. The methods declared here are for callers that act
 * for an owner. Converters and the Janitor each have a part of their own.
 */
public interface Ledger extends ConverterLedger, JanitorLedger, Component {
  /**
   * Records a new conversion as Queued. A second call with the same id changes nothing and returns
   * the existing conversion.
   */
  Conversion create(
      ConversionId id, AccountId owner, Video video, ConversionOptions options, Instant expiresAt);

  /** The owner's conversions, newest first, without those the owner deleted. */
  List<Conversion> list(AccountId owner, Page page);

  /**
   * The owner's conversions that are Ready since the moment or longer, newest first, without those
   * the owner deleted.
   *
   * @param search only conversions whose name contains this text, ignoring case; null for all
   */
  List<Conversion> readyBy(AccountId owner, Instant moment, @Nullable String search, int limit);

  /**
   * The owner's conversions that changed at or after the moment, oldest change first. Deleted
   * (Expired) conversions are included.
   */
  List<Conversion> changedSince(AccountId owner, Instant since, int limit);

  /** Queued or Converting → Cancelled. */
  Move cancel(ConversionId id);

  /** Failed → Queued. */
  Move retry(ConversionId id);

  /**
   * How many conversions have their turn before this one, which is Queued, if each costs the same
   * and no other comes; at most the limit. See {@link ConverterLedger#claimNext}.
   */
  int ahead(Conversion queued, int limit);

  /** Conversions that are Queued and have not changed since before the moment, oldest first. */
  List<Conversion> queuedBefore(Instant moment, int limit);

  /**
   * A page of a list.
   *
   * @param before only conversions with an id smaller than this one; null for the newest
   * @param states only conversions in these states; empty for all
   * @param search only conversions whose name contains this text, ignoring case; null for all
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
   * @param active how many conversions are Queued or Converting now
   * @param storedBytes of the videos of conversions that are not Ready, Cancelled or Expired, plus
   *     those of MP3s that are Ready
   * @param converted the length of the audio that became Ready since the given moment
   */
  record Usage(int active, long storedBytes, Duration converted) {}
}

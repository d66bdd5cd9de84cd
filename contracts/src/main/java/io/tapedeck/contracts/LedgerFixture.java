package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Mp3;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Video;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An empty ledger before each test, and short words for what tests do with it. */
abstract class LedgerFixture {
  static final Duration LEASE = Duration.ofSeconds(30);
  static final Duration KEPT = Duration.ofDays(7);
  static final Problem NO_AUDIO = new Problem(Code.NO_AUDIO_TRACK, "“talk.mp4” has only a picture");

  final TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00.123Z"));
  final AccountId anna = AccountId.at(clock.instant());
  final AccountId bert = AccountId.at(clock.instant());
  Ledger ledger;

  // The field is filled before each test; the compiler cannot know.
  @SuppressWarnings("NullAway.Init")
  LedgerFixture() {}

  /** Opens a ledger that holds nothing and reads this clock. */
  protected abstract Ledger empty(Clock clock) throws Exception;

  @BeforeEach
  void open() throws Exception {
    ledger = empty(clock);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  Conversion create(AccountId owner, String name, long size) {
    Instant now = clock.advance(Duration.ofMillis(1));
    ConversionId id = ConversionId.at(now);
    return ledger.create(
        id,
        owner,
        new Video(name, size, BlobId.video(id)),
        ConversionOptions.DEFAULT,
        now.plus(KEPT));
  }

  ConversionId create() {
    return create(anna, "talk.mp4", 1000).id();
  }

  Lease claim(ConversionId id) {
    Conversion conversion = done(ledger.claim(id, "converter-1", LEASE));
    return ((ConversionState.Converting) conversion.state()).lease();
  }

  /** A conversion brought to this state by allowed moves only. */
  ConversionId in(Kind kind) {
    ConversionId id = create();
    switch (kind) {
      case QUEUED -> {}
      case CONVERTING -> claim(id);
      case READY -> done(ledger.finish(claim(id), mp3(id, 1)));
      case FAILED -> done(ledger.fail(claim(id), NO_AUDIO));
      case CANCELLED -> done(ledger.cancel(id));
      case EXPIRED -> done(ledger.expire(id, false));
    }
    return id;
  }

  Conversion find(ConversionId id) {
    return ledger.find(id).orElseThrow();
  }

  Kind kind(ConversionId id) {
    return find(id).state().kind();
  }

  List<ConversionId> page(Ledger.Page page) {
    return ids(ledger.list(anna, page));
  }

  static List<ConversionId> ids(List<Conversion> conversions) {
    return conversions.stream().map(Conversion::id).toList();
  }

  static Mp3 mp3(ConversionId id, int attempt) {
    return new Mp3(
        BlobId.mp3(id, attempt),
        400,
        Duration.ofMillis(61_234),
        "ab".repeat(32),
        0xFFFF_FFFEL,
        false,
        List.of("the audio is damaged from 00:00:01 to 00:00:02", "a second warning"));
  }

  static Conversion done(Move move) {
    assertThat(move).isInstanceOf(Move.Done.class);
    return ((Move.Done) move).conversion();
  }

  static Conversion refused(Move move) {
    assertThat(move).isInstanceOf(Move.Refused.class);
    return ((Move.Refused) move).conversion();
  }
}

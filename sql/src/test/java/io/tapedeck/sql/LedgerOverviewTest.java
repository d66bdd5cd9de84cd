package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.TurnableClock;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Code;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.JanitorLedger.Place;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Video;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerOverviewTest {
  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  @TempDir private Path folder;
  private final TurnableClock clock = new TurnableClock(Instant.parse("2026-03-01T12:00:00Z"));

  private ConversionId create(SqlLedger ledger, AccountId owner) {
    ConversionId id = ConversionId.at(clock.instant());
    Instant end = clock.instant().plus(Duration.ofDays(7));
    Video video = new Video("a.mp4", 5, BlobId.video(id));
    return ledger.create(id, owner, video, ConversionOptions.DEFAULT, end).id();
  }

  @Test
  void pagesOfAllAccountsHaveEachConversionOnceLastChangeFirst() {
    try (Database database = Database.sqlite(folder.resolve("a.db"))) {
      SqlLedger ledger = new SqlLedger(database, clock, moved -> {});
      List<ConversionId> made = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        made.add(create(ledger, AccountId.at(clock.instant())));
        clock.advance(Duration.ofMillis(i % 2)); // some change at the same moment
      }
      clock.advance(Duration.ofSeconds(1));
      ledger.giveUp(made.getFirst(), new Problem(Code.NO_AUDIO_TRACK, "none"));
      LedgerOverview overview = new LedgerOverview(database);

      List<ConversionId> seen = new ArrayList<>();
      Optional<Place> before = Optional.empty();
      List<Conversion> page;
      do {
        page = overview.latest(ALL, before, 2);
        page.forEach(each -> seen.add(each.id()));
        before = page.isEmpty() ? before : Optional.of(Place.of(page.getLast()));
      } while (!page.isEmpty());

      assertThat(seen).hasSize(7).containsExactlyInAnyOrderElementsOf(made);
      assertThat(seen.getFirst()).isEqualTo(made.getFirst());
      assertThat(overview.latest(EnumSet.of(Kind.FAILED), Optional.empty(), 10))
          .extracting(Conversion::id)
          .containsExactly(made.getFirst());
    }
  }

  @Test
  void whatItsOwnerDeletedIsLeftOut() {
    try (Database database = Database.sqlite(folder.resolve("a.db"))) {
      SqlLedger ledger = new SqlLedger(database, clock, moved -> {});
      ConversionId id = create(ledger, AccountId.at(clock.instant()));
      ledger.expire(id, true);
      assertThat(new LedgerOverview(database).latest(ALL, Optional.empty(), 10)).isEmpty();
    }
  }
}

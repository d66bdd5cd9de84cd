package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.contracts.LedgerContract;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.BlobId;
import io.tapedeck.core.Conversion;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Video;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends LedgerContract {
  @TempDir Path folder;
  private Database database;

  @Override
  protected Ledger empty(Clock clock) {
    database = Database.sqlite(folder.resolve("tapedeck.db"));
    return new SqlLedger(database, clock);
  }

  @Test
  void eachMoveIsToldOfAndARenewalIsNone() {
    List<Kind> moved = new ArrayList<>();
    Ledger ledger = new SqlLedger(database, Clock.systemUTC(), moved::add);
    Instant now = Instant.now();
    ConversionId id = ConversionId.at(now);
    Video video = new Video("talk.mp4", 1, BlobId.video(id));
    ledger.create(id, AccountId.at(now), video, ConversionOptions.DEFAULT, now.plusSeconds(60));
    Conversion claimed = done(ledger.claim(id, "w", Duration.ofSeconds(8)));
    Lease lease = ((ConversionState.Converting) claimed.state()).lease();
    done(
        ledger.renew(
            lease,
            Duration.ofSeconds(8),
            ((ConversionState.Converting) claimed.state()).progress()));
    done(ledger.handBack(lease));
    done(ledger.cancel(id));
    assertThat(ledger.cancel(id)).isInstanceOf(Move.Refused.class);
    assertThat(moved).containsExactly(Kind.CONVERTING, Kind.QUEUED, Kind.CANCELLED);
  }

  private static Conversion done(Move move) {
    return ((Move.Done) move).conversion();
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }
}

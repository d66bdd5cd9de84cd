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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        Turns.ACCOUNTS_IN_TURN,
        Turns.NEWCOMERS_IN_TURN,
        Turns.FIRST_OF_ACCOUNT,
        Turns.BEFORE_IN_ACCOUNT,
        Turns.OTHERS_IN_TURN
      })
  void everyQuestionAboutTurnsWalksAnIndex(String question) {
    String index = question.contains("account_turn") ? "account_turn_order" : "conversion_turn";
    String sql = question.formatted(Dialect.SQLITE.by(index)).replaceAll(":[a-z]+", "7");
    List<String> plan =
        database.read(handle ->
            handle
                .createQuery("EXPLAIN QUERY PLAN " + sql)
                .map((row, context) -> row.getString("detail"))
                .list());
    assertThat(plan)
        .anyMatch(line -> line.contains("INDEX " + index))
        .noneMatch(line -> line.matches("SCAN (conversion|account_turn).*"));
  }

  @Test
  void anAccountThatAnEarlierVersionCountedWronglyStillHasItsTurns() {
    Instant now = Instant.now();
    AccountId owner = AccountId.at(now);
    Ledger ledger = new SqlLedger(database, Clock.systemUTC());
    ConversionId first = waiting(ledger, owner, now);
    ConversionId second = waiting(ledger, owner, now.plusMillis(1));
    database.write(handle -> handle.execute("UPDATE account_turn SET waiting = 0"));
    done(ledger.claim(first, "w", Duration.ofSeconds(8)));
    done(ledger.claim(second, "w", Duration.ofSeconds(8)));
    ConversionId third = waiting(ledger, owner, now.plusMillis(2));
    assertThat(ledger.claimNext("w", Duration.ofSeconds(8), false))
        .hasValueSatisfying(claimed -> assertThat(claimed.id()).isEqualTo(third));
    database.write(handle -> handle.execute("UPDATE account_turn SET waiting = 5"));
    assertThat(ledger.claimNext("w", Duration.ofSeconds(8), false)).isEmpty();
  }

  private static ConversionId waiting(Ledger ledger, AccountId owner, Instant at) {
    ConversionId id = ConversionId.at(at);
    Video video = new Video("talk.mp4", 1, BlobId.video(id));
    ledger.create(id, owner, video, ConversionOptions.DEFAULT, at.plusSeconds(60));
    return id;
  }

  private static Conversion done(Move move) {
    return ((Move.Done) move).conversion();
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }
}

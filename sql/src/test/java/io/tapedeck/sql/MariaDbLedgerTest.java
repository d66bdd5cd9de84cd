package io.tapedeck.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.contracts.LedgerContract;
import io.tapedeck.contracts.MariaDb;
import io.tapedeck.core.Component.Health;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Secret;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MariaDbLedgerTest extends LedgerContract {
  private static MariaDb server;
  private static Database database;

  @BeforeAll
  static void start() {
    server = MariaDb.start();
    database = open(server.url());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      database.close();
      server.close();
    }
  }

  private static Database open(String url) {
    return Database.mysql(url, MariaDb.USER, new Secret(MariaDb.USER), 8);
  }

  @Override
  protected Ledger empty(Clock clock) {
    SqlLedger ledger = new SqlLedger(database, clock);
    database.write(handle -> handle.execute("DELETE FROM conversion"));
    database.write(handle -> handle.execute("DELETE FROM duty"));
    database.write(handle -> handle.execute("DELETE FROM account_turn"));
    return ledger;
  }

  @Test
  void replicasThatStartAtOnceShareOneHistory() {
    List<Database> replicas = Stream.generate(() -> open(server.url("fresh"))).limit(4).toList();
    try {
      replicas.stream()
          .map(replica -> CompletableFuture.runAsync(() -> replica.migrate("other")))
          .toList()
          .forEach(CompletableFuture::join);
      assertThat(replicas.getFirst().migrations("other", "other").current()).isTrue();
    } finally {
      replicas.forEach(Database::close);
    }
  }

  @Test
  void aDeadlockIsResolvedByRunningOneTransactionAgain() {
    database.migrate("trial");
    database.write(handle -> handle.execute("INSERT INTO trial VALUES ('a', 0), ('b', 0)"));
    Stream.of("a", "b", "a", "b")
        .map(first -> CompletableFuture.runAsync(() -> bothOften(first)))
        .toList()
        .forEach(CompletableFuture::join);
    List<Long> counts =
        database.read(h -> h.createQuery("SELECT n FROM trial").mapTo(Long.class).list());
    assertThat(counts).containsExactly(400L, 400L);
  }

  private static void bothOften(String first) {
    String add = "UPDATE trial SET n = n + 1 WHERE id = ?";
    for (int i = 0; i < 100; i++) {
      database.write(handle -> {
        handle.execute(add, first);
        return handle.execute(add, first.equals("a") ? "b" : "a");
      });
    }
  }

  @Test
  void aServerThatIsDownIsAnOutageAndComesBackByItself() {
    try (MariaDb other = MariaDb.start();
        Database there = open(other.url())) {
      assertThat(there.check()).isEqualTo(Health.up());
      other.kill();
      assertThat(there.check()).isInstanceOf(Health.Down.class);
      assertThatThrownBy(() -> there.write(handle -> handle.execute("SELECT 1")))
          .isInstanceOf(Outage.class);
      other.restart();
      Health health = there.check();
      for (int again = 0; health instanceof Health.Down && again < 10; again++) {
        health = there.check(); // waits for a connection, longer than the pool rests between tries
      }
      assertThat(health).isEqualTo(Health.up());
    }
  }
}

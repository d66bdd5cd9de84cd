package io.tapedeck.sql;

import io.tapedeck.contracts.MariaDb;
import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Ledger;
import io.tapedeck.core.Move;
import io.tapedeck.core.Progress;
import io.tapedeck.core.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the ledger answers with 1,000,000 conversions, against the same with 1,000: each question is
 * put to both in turn. Run by {@code dev/bench ledger}; it prints {@code what | ours | peer |
 * ratio}, where ours is the p99 of the large one.
 */
class LedgerBench {
  private static final int SMALL = 1_000;
  private static final int LARGE = Integer.getInteger("ledger.rows", 1_000_000);
  private static final int ASKED = 3_000;
  private static final int BLOCK = 100;
  private static final int WARM_UP = 300;
  private static final Duration LEASE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void sqlite() {
    try (Database small = Database.sqlite(folder.resolve("small.db"));
        Database large = Database.sqlite(folder.resolve("large.db"))) {
      compare("SQLite", small, large);
    }
  }

  @Test
  void mariaDb() {
    try (MariaDb server = MariaDb.start("--innodb-buffer-pool-size=1G");
        Database small = open(server, "small");
        Database large = open(server, "large")) {
      compare("MariaDB", small, large);
    }
  }

  private static Database open(MariaDb server, String schema) {
    String url = server.url(schema) + "&rewriteBatchedStatements=true";
    return Database.mysql(url, MariaDb.USER, new Secret(MariaDb.USER), 4);
  }

  private static void compare(String name, Database smallOne, Database largeOne) {
    Subject small = new Subject(smallOne, SMALL);
    Subject large = new Subject(largeOne, LARGE);
    for (Map.Entry<String, Consumer<Subject>> question : questions().entrySet()) {
      long[] few = new long[ASKED];
      long[] many = new long[ASKED];
      for (int i = -WARM_UP; i < ASKED; i++) { // one by one in turn, so noise hits both alike
        long first = time(small, question.getValue());
        long second = time(large, question.getValue());
        if (i >= 0) {
          few[i] = first;
          many[i] = second;
        }
      }
      System.out.printf(
          "%s, %s at %,d conversions | %.0f µs | %.0f µs | %.2f%n",
          name, question.getKey(), LARGE, p99(many), p99(few), p99(many) / p99(few));
    }
  }

  private static long time(Subject subject, Consumer<Subject> question) {
    long start = System.nanoTime();
    question.accept(subject);
    return System.nanoTime() - start;
  }

  /**
   * The p99 of each block of a hundred, and of those the median: a busy moment spoils one block.
   */
  private static double p99(long[] times) {
    double[] blocks = new double[times.length / BLOCK];
    for (int i = 0; i < blocks.length; i++) {
      long[] sorted = Arrays.copyOfRange(times, i * BLOCK, (i + 1) * BLOCK);
      Arrays.sort(sorted);
      blocks[i] = sorted[BLOCK * 99 / 100 - 1] / 1000.0;
    }
    Arrays.sort(blocks);
    return blocks[blocks.length / 2];
  }

  private static Map<String, Consumer<Subject>> questions() {
    Map<String, Consumer<Subject>> questions = new LinkedHashMap<>();
    questions.put("status", Subject::status);
    questions.put("first page", s -> s.page(null, Set.of()));
    questions.put("page in the middle", s -> s.page(s.any(), Set.of()));
    questions.put("page of one state", s -> s.page(s.any(), Set.of(Kind.FAILED)));
    questions.put("page of two states", s -> s.page(s.any(), Set.of(Kind.QUEUED, Kind.READY)));
    questions.put("claim and hand back", Subject::claim);
    questions.put("Janitor's questions", Subject::janitor);
    return questions;
  }

  /** A ledger with that many conversions: half of one account, half of a thousand others. */
  private static final class Subject {
    private static final Kind[] MIX = {
      Kind.READY,
      Kind.READY,
      Kind.READY,
      Kind.READY,
      Kind.EXPIRED,
      Kind.EXPIRED,
      Kind.EXPIRED,
      Kind.FAILED,
      Kind.CANCELLED,
      Kind.QUEUED
    };
    private static final int BATCH = 5_000;

    final Ledger ledger;
    private final Random random = new Random(42);
    private final AccountId owner = AccountId.at(Instant.EPOCH);
    private final List<ConversionId> ids = new ArrayList<>();
    private final Deque<ConversionId> queued = new ArrayDeque<>();
    private final Instant now = Instant.now();

    Subject(Database database, int rows) {
      ledger = new SqlLedger(database, Clock.systemUTC());
      AccountId[] others = new AccountId[1000];
      Arrays.setAll(others, i -> AccountId.at(Instant.EPOCH.plusMillis(1 + i)));
      for (int from = 0; from < rows; from += BATCH) {
        int first = from;
        database.write(handle -> {
          PreparedBatch batch = handle.prepareBatch(INSERT);
          for (int i = first; i < Math.min(rows, first + BATCH); i++) {
            add(batch, i, rows, i % 2 == 0 ? owner : others[random.nextInt(1000)]);
          }
          return batch.execute().length;
        });
      }
    }

    private static final String INSERT =
        "INSERT INTO conversion (id, owner, state, hidden, attempt, strikes, created_at,"
            + " changed_at, expires_at, video_name, video_search, video_size, video_blob, options,"
            + " mp3_blob, mp3_size, mp3_micros, mp3_sha256, mp3_copied, mp3_warnings, ready_at,"
            + " problem_code, problem_detail) VALUES (:id, :owner, :state, 0, 1, 0, :at, :at,"
            + " :expires, 'A talk.mp4', 'a talk.mp4', 12345678, :id, 'q=2', :id, 1234567, 61000000,"
            + " :sha256, 0, '', :at, 'no-audio-track', 'it has only a picture')";

    private void add(PreparedBatch batch, int number, int rows, AccountId whose) {
      Instant at = now.minusSeconds(rows - number);
      ConversionId id = ConversionId.at(at);
      Kind kind = MIX[random.nextInt(MIX.length)];
      if (whose.equals(owner)) {
        ids.add(id);
      }
      if (kind == Kind.QUEUED) {
        queued.add(id);
      }
      batch
          .bind("id", id.value())
          .bind("owner", whose.value())
          .bind("state", kind.wire())
          .bind("at", at.toEpochMilli())
          .bind("expires", now.plus(Duration.ofDays(7)).toEpochMilli())
          .bind("sha256", "ab".repeat(32))
          .add();
    }

    ConversionId any() {
      return ids.get(random.nextInt(ids.size()));
    }

    void status() {
      if (ledger.find(any()).isEmpty()) {
        throw new IllegalStateException("a conversion is missing");
      }
    }

    void page(@Nullable ConversionId before, Set<Kind> states) {
      ledger.list(owner, new Ledger.Page(before, states, null, 20));
    }

    void claim() {
      ConversionId id = queued.removeFirst();
      queued.addLast(id);
      if (!(ledger.claim(id, "bench", LEASE) instanceof Move.Done claimed)
          || !(claimed.conversion().state() instanceof ConversionState.Converting converting)
          || !(ledger.renew(converting.lease(), LEASE, new Progress(0.5, 9)) instanceof Move.Done)
          || !(ledger.handBack(converting.lease()) instanceof Move.Done)) {
        throw new IllegalStateException("refused: " + id);
      }
    }

    void janitor() {
      Instant old = now.minus(Duration.ofDays(40));
      ledger.changedBetween(Set.of(Kind.CONVERTING), Ledger.Place.before(Instant.EPOCH), now, 100);
      ledger.queuedBefore(old, 100);
      ledger.changedBetween(
          Set.of(Kind.READY, Kind.FAILED), Ledger.Place.before(old), old.plusSeconds(60), 100);
      ledger.expiredBefore(old, 100);
      ledger.alive(Set.copyOf(ids.subList(0, 100)));
    }
  }
}

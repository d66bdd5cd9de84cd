package io.tapedeck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.core.Component.Health;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.ConversionState;
import io.tapedeck.core.ConversionState.Kind;
import io.tapedeck.core.Lease;
import io.tapedeck.core.Move;
import io.tapedeck.core.Progress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every Ledger does. A subclass says how an empty one is opened; nothing else is asked of it.
 */
public abstract class LedgerContract extends LedgerListsContract {
  @Test
  void itIsFitForWork() {
    assertThat(ledger.check()).isEqualTo(Health.up());
  }

  @Test
  void ofManyWhoCreateTheSameAllSeeOne() throws Exception {
    ConversionId id = create();
    assertThat(
            new HashSet<>(
                together(
                    8,
                    i ->
                        ledger.create(
                            id,
                            anna,
                            find(id).video(),
                            find(id).options(),
                            clock.instant().plusSeconds(i)))))
        .hasSize(1);
  }

  @Test
  void ofManyWhoClaimOneConversionOneGetsTheLease() throws Exception {
    for (int round = 0; round < 10; round++) {
      ConversionId id = create();
      List<Move> moves = together(8, i -> ledger.claim(id, "converter-" + i, LEASE));
      assertThat(moves).filteredOn(Move.Done.class::isInstance).hasSize(1);
      assertThat(moves).filteredOn(Move.Refused.class::isInstance).hasSize(7);
    }
  }

  @Test
  void ofManyWhoWantADutyOneGetsIt() throws Exception {
    for (int round = 0; round < 10; round++) {
      String name = "duty-" + round;
      List<Boolean> held = together(8, i -> ledger.duty(name, "worker-" + i, LEASE));
      assertThat(held).filteredOn(Boolean::booleanValue).hasSize(1);
    }
  }

  @Test
  void cancelWinsOverWhateverTheConverterDoesMeanwhile() throws Exception {
    for (int round = 0; round < 10; round++) {
      ConversionId id = create();
      List<Move> moves =
          together(2, i -> i == 0 ? ledger.cancel(id) : ledger.claim(id, "converter-1", LEASE));
      done(moves.get(0));
      assertThat(kind(id)).isEqualTo(Kind.CANCELLED);
    }
  }

  /**
   * Converters claim, renew, hand back, fail and finish at random while a Janitor frees leases
   * under their hands: no attempt is given out twice, and each conversion is finished once at most.
   */
  @Test
  void twoNeverHoldOneLease() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed of the converters: " + seed);
    List<ConversionId> ids = IntStream.range(0, 6).mapToObj(i -> create()).toList();
    ConcurrentLinkedQueue<String> leases = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<ConversionId> finished = new ConcurrentLinkedQueue<>();
    AtomicInteger open = new AtomicInteger(ids.size());
    together(
        6,
        worker -> {
          Random random = new Random(seed + worker);
          for (int turn = 0; turn < 400 && open.get() > 0; turn++) {
            ConversionId id = ids.get(random.nextInt(ids.size()));
            if (worker == 0) {
              freeAnyLease(id);
            } else if (ledger.claim(id, "converter-" + worker, LEASE)
                instanceof Move.Done claimed) {
              Lease lease = ((ConversionState.Converting) claimed.conversion().state()).lease();
              leases.add(id + " " + lease.attempt());
              if (work(lease, random)) {
                finished.add(id);
                open.decrementAndGet();
              }
            }
          }
          return worker;
        });
    assertThat(leases).as("seed %s", seed).doesNotHaveDuplicates();
    assertThat(finished).as("seed %s", seed).doesNotHaveDuplicates();
    for (ConversionId id : finished) {
      assertThat(kind(id)).as("seed %s", seed).isEqualTo(Kind.READY);
    }
  }

  private void freeAnyLease(ConversionId id) {
    if (find(id).state() instanceof ConversionState.Converting converting) {
      ledger.free(converting.lease(), Integer.MAX_VALUE);
    }
  }

  /** Returns whether this lease made the conversion Ready. */
  private boolean work(Lease lease, Random random) {
    if (ledger.renew(lease, LEASE, new Progress(random.nextDouble(), 1)) instanceof Move.Refused) {
      return false;
    }
    return switch (random.nextInt(4)) {
      case 0 -> ledger.finish(lease, mp3(lease.conversion(), lease.attempt())) instanceof Move.Done;
      case 1 -> {
        if (ledger.fail(lease, NO_AUDIO) instanceof Move.Done) {
          done(ledger.retry(lease.conversion()));
        }
        yield false;
      }
      case 2 -> {
        ledger.handBack(lease);
        yield false;
      }
      default -> false; // it died; somebody frees its lease
    };
  }

  /** Does something on several threads at once and returns what each answered, in their order. */
  private static <T> List<T> together(int threads, Task<T> task) throws Exception {
    List<Callable<T>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      tasks.add(() -> task.run(number));
    }
    List<T> answers = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (Future<T> answer : executor.invokeAll(tasks)) {
        answers.add(answer.get());
      }
    }
    return Collections.unmodifiableList(answers);
  }

  private interface Task<T> {
    T run(int number) throws Exception;
  }
}

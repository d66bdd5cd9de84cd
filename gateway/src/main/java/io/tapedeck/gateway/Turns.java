package io.tapedeck.gateway;

import io.tapedeck.core.Code;
import io.tapedeck.core.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who writes to an upload now. The newest request wins: it hangs up the one before, whose client is
 * mostly long gone without anybody having noticed, and begins when that one has put its bytes away.
 */
final class Turns {
  /** Longer than a write to a slow disk takes; the store itself refuses the older after that. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<UploadId, Turn> turns = new ConcurrentHashMap<>();

  /** One request's turn. Closing ends it. */
  final class Turn implements AutoCloseable {
    private final UploadId id;
    private final Runnable hangUp;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();
    private volatile OptionalLong checkedFrom = OptionalLong.empty();

    private Turn(UploadId id, Runnable hangUp) {
      this.id = id;
      this.hangUp = hangUp;
    }

    /** Counts bytes that came in this turn. */
    void received(int bytes) {
      received.addAndGet(bytes);
    }

    /** Says that this turn's bytes are only right when their checksum is. */
    void checkedFrom(long offset) {
      checkedFrom = OptionalLong.of(offset);
    }

    @Override
    public void close() {
      turns.remove(id, this);
      over.countDown();
    }
  }

  /**
   * Takes the turn, and ends another's.
   *
   * @param hangUp makes the request fail that takes it, for the next one that comes
   * @throws Refusal {@link Code#CONFLICT} when the other does not end, or an even newer request has
   *     come
   */
  Turn take(UploadId id, Runnable hangUp) {
    Turn mine = new Turn(id, hangUp);
    Turn before = turns.put(id, mine);
    if (before != null) {
      before.hangUp.run();
      if (!ended(before) || turns.get(id) != mine) {
        mine.close();
        throw new Refusal(Code.CONFLICT, "another request writes to this upload");
      }
    }
    return mine;
  }

  /** Takes the turn unless somebody has it. */
  Optional<Turn> takeIfFree(UploadId id) {
    Turn mine = new Turn(id, () -> {});
    return turns.putIfAbsent(id, mine) == null ? Optional.of(mine) : Optional.empty();
  }

  /** Ends the turn of whoever writes to it. */
  void hangUp(UploadId id) {
    Turn turn = turns.get(id);
    if (turn != null) {
      turn.hangUp.run();
    }
  }

  /** Where the part that is on its way began, when its bytes wait for their checksum. */
  OptionalLong checkedFrom(UploadId id) {
    Turn turn = turns.get(id);
    return turn == null ? OptionalLong.empty() : turn.checkedFrom;
  }

  /** Bytes that came in turns that have not ended. */
  long received() {
    return turns.values().stream().mapToLong(turn -> turn.received.get()).sum();
  }

  private static boolean ended(Turn turn) {
    try {
      return turn.over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.tapedeck.gateway;

import io.tapedeck.core.AccountId;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Event;
import io.tapedeck.core.EventBus;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Listens to the change notices of the event bus, once for the whole server. Puts each notice into
 * the boxes of the readers that wait for conversions of the same account.
 */
final class ChangeFeed implements AutoCloseable {
  /**
   * The most conversions in the box of a slow reader. With more, the reader looks everything up.
   */
  private static final int MOST_WAITING = 256;

  private final Map<AccountId, Set<Box>> boxes = new ConcurrentHashMap<>();
  private final EventBus.Subscription subscription;
  private volatile boolean closed;

  ChangeFeed(EventBus bus) {
    subscription = bus.listen(this::hear);
  }

  /** The contents of a box. */
  sealed interface Found {
    /** These conversions changed. Each is named once, also if it changed several times. */
    record Changes(List<ConversionId> conversions) implements Found {}

    /** More conversions changed than the box can hold. */
    record TooMuch() implements Found {}

    /** Nothing changed in the given time. */
    record Nothing() implements Found {}

    /** The server stops. */
    record Closed() implements Found {}
  }

  /** The box of one waiting reader. Closing removes the box. */
  final class Box implements AutoCloseable {
    private final AccountId owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Set<ConversionId> waiting = new LinkedHashSet<>();
    private boolean overflowed;

    private Box(AccountId owner) {
      this.owner = owner;
    }

    private void put(ConversionId id) {
      lock.lock();
      try {
        if (waiting.size() < MOST_WAITING) {
          waiting.add(id);
        } else {
          overflowed = true;
        }
        filled.signal();
      } finally {
        lock.unlock();
      }
    }

    private void wake() {
      lock.lock();
      try {
        filled.signal();
      } finally {
        lock.unlock();
      }
    }

    /** Empties the box. Waits for a change when the box is empty. */
    Found take(Duration patience) {
      lock.lock();
      try {
        long left = patience.toNanos();
        while (waiting.isEmpty() && !closed && left > 0) {
          left = filled.awaitNanos(left);
        }
        return emptied();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Found.Closed();
      } finally {
        lock.unlock();
      }
    }

    private Found emptied() {
      if (closed) {
        return new Found.Closed();
      }
      List<ConversionId> found = List.copyOf(waiting);
      boolean tooMuch = overflowed;
      waiting.clear();
      overflowed = false;
      return tooMuch
          ? new Found.TooMuch()
          : found.isEmpty() ? new Found.Nothing() : new Found.Changes(found);
    }

    @Override
    public void close() {
      boxes.computeIfPresent(
          owner,
          (key, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** Opens a box for future changes of one account's conversions. */
  Box open(AccountId owner) {
    Box box = new Box(owner);
    boxes.compute(
        owner,
        (key, all) -> {
          Set<Box> set = all == null ? ConcurrentHashMap.newKeySet() : all;
          set.add(box);
          return set;
        });
    return box;
  }

  /** How many boxes of an account are open. */
  int count(AccountId owner) {
    return boxes.getOrDefault(owner, Set.of()).size();
  }

  private void hear(Event.Notice notice) {
    switch (notice) {
      case Event.Changed(ConversionId id, AccountId owner) -> put(id, owner);
      case Event.Stopped(ConversionId id, AccountId owner) -> put(id, owner);
    }
  }

  private void put(ConversionId id, AccountId owner) {
    boxes.getOrDefault(owner, Set.of()).forEach(box -> box.put(id));
  }

  /** Ends all waiting. */
  @Override
  public void close() {
    closed = true;
    boxes.values().forEach(all -> all.forEach(Box::wake));
    subscription.close();
  }
}

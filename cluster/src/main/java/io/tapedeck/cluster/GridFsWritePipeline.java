package io.tapedeck.cluster;

import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Chunks of one append on their way to the server: some are sent while the next are filled, as far
 * as there is memory. Closing sends the rest.
 */
final class GridFsWritePipeline implements AutoCloseable {
  /** Chunks sent at a time. Chosen by measurement, see docs/adr/0010. */
  private static final int BATCH = 8;

  private final String name;
  private final GridFsMemory memory;
  private final Consumer<List<GridFsChunk>> store;
  private List<GridFsChunk> waiting = new ArrayList<>();
  private FutureTask<Boolean> sending = new FutureTask<>(() -> true);
  private GridFsChunk filling;
  private boolean broken;

  /**
   * @param first the chunk that is filled first
   * @param store stores chunks that follow the stored ones; called for one batch after the other
   */
  GridFsWritePipeline(
      String name, GridFsMemory memory, GridFsChunk first, Consumer<List<GridFsChunk>> store) {
    this.name = name;
    this.memory = memory;
    this.filling = first;
    this.store = store;
    sending.run();
  }

  /**
   * Makes space for more bytes in the chunk being filled. When memory is short, it sends the
   * waiting chunks first, so that no caller waits for memory while holding any.
   */
  void grow() {
    if (!memory.tryTake()) {
      send();
      settle();
      memory.take();
    }
    filling.grow();
  }

  /** Adds bytes to the chunk being filled; fewer than a chunk holds. */
  void put(ByteBuffer data) {
    if (data.remaining() > GridFsChunk.SMALL) {
      grow();
    }
    filling.put(data);
  }

  /** Ends the chunk being filled, because it is full; the next one is this chunk. */
  void next(GridFsChunk chunk) {
    waiting.add(filling);
    filling = chunk;
    if (waiting.size() >= BATCH) {
      send();
    }
  }

  /** Sends the waiting chunks, after those sent before. */
  private void send() {
    settle();
    if (waiting.isEmpty()) {
      return;
    }
    List<GridFsChunk> batch = waiting;
    waiting = new ArrayList<>();
    sending = new FutureTask<>(() -> store(batch));
    Thread.ofVirtual().name("gridfs-" + name).start(sending);
  }

  private boolean store(List<GridFsChunk> batch) {
    try {
      store.accept(batch);
      return true;
    } finally {
      release(batch);
    }
  }

  private void release(List<GridFsChunk> batch) {
    memory.give((int) batch.stream().filter(GridFsChunk::large).count());
  }

  /** Waits for the sent chunks, even when interrupted: only then is it known what is stored. */
  private void settle() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          sending.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      broken = true;
      throw e.getCause() instanceof Fault fault
          ? fault
          : new Outage("the writing of " + name + " failed: " + e.getCause(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stores the remaining chunks, unless an earlier chunk failed. */
  @Override
  public void close() {
    waiting.add(filling);
    try {
      if (!broken) {
        settle();
        store.accept(waiting);
      }
    } finally {
      release(waiting);
    }
  }
}

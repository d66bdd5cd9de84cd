package io.tapedeck.mp3;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Encodes chunks side by side and lays their frames into the file in order. */
final class Assembly implements AutoCloseable {
  /** Samples before the sound that every LAME encoder adds. */
  private static final int DELAY = 576;

  private final Lame lame;
  private final EncoderOptions options;
  private final Grid grid;
  private final Mp3File file;
  private final LongConsumer progress;
  private final ExecutorService workers;
  private final Map<Integer, byte[]> ready = new HashMap<>();
  private int nextChunk;
  private int lowpass;
  private volatile boolean cancelled;
  private volatile @Nullable Throwable failure;

  Assembly(
      Lame lame,
      EncoderOptions options,
      Grid grid,
      Mp3File file,
      int threads,
      LongConsumer progress) {
    this.lame = lame;
    this.options = options;
    this.grid = grid;
    this.file = file;
    this.progress = progress;
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("mp3-", 1).daemon().factory());
  }

  void submit(Chunk chunk, Consumer<float[]> release) {
    workers.execute(() -> {
      try {
        if (failure == null && !cancelled) {
          encode(chunk);
        }
      } catch (Throwable broken) {
        failure = broken;
      } finally {
        release.accept(chunk.pcm());
      }
    });
  }

  void rethrow() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException io -> throw new IOException(io.getMessage(), io);
      case Throwable other -> throw new IllegalStateException("encoding failed", other);
    }
  }

  Encoded finish(long samples) throws IOException {
    workers.shutdown();
    try {
      while (!workers.awaitTermination(1, TimeUnit.DAYS)) {
        // A file longer than a day goes on.
      }
    } catch (InterruptedException stop) {
      close();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while encoding the rest");
    }
    rethrow();
    return file.finish(lame, lowpass, samples, DELAY, Loudness.SILENCE);
  }

  @Override
  public void close() {
    cancelled = true;
    workers.shutdownNow();
    workers.close();
  }

  private void encode(Chunk chunk) throws IOException {
    byte[] frames;
    try (var encoder = new ChunkEncoder(lame, options)) {
      for (int from = 0; from < chunk.samples() && !cancelled; from += 32 * ChunkEncoder.BLOCK) {
        encoder.encode(
            chunk.pcm(), from, Math.min(32 * ChunkEncoder.BLOCK, chunk.samples() - from));
      }
      if (chunk.last()) {
        encoder.flush();
      }
      if (chunk.index() == 0) {
        lowpass = encoder.lowpass();
      }
      frames = encoder.take();
    }
    if (!cancelled) {
      lay(chunk.index(), frames);
    }
  }

  private synchronized void lay(int index, byte[] frames) throws IOException {
    ready.put(index, frames);
    for (byte[] next = ready.remove(nextChunk); next != null; next = ready.remove(nextChunk)) {
      layNext(next);
      nextChunk++;
      progress.accept((long) nextChunk * grid.frames() * grid.frameSamples());
    }
  }

  private void layNext(byte[] frames) throws IOException {
    var parser = new FrameParser(frames);
    var unpacker = new Unpacker();
    int skipped = grid.prerollOf(nextChunk);
    for (int i = 0; parser.hasNext(); i++) {
      int at = parser.offset();
      parser.next();
      Packet packet = unpacker.unpack(frames, at);
      if (i >= skipped) {
        file.add(packet);
      }
    }
  }
}

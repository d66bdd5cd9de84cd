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

/** Encodes chunks in parallel and writes their frames to the file in order. */
final class Assembly implements AutoCloseable {
  /** Samples before the audio that every LAME encoder adds. */
  private static final int DELAY = 576;

  /** Buffers between two checks for finished frames and for a stop: half a second of audio. */
  private static final int BUFFERS = 20;

  private final Lame lame;
  private final EncoderOptions options;
  private final Grid grid;
  private final Mp3File file;
  private final LongConsumer progress;
  private final ExecutorService workers;
  private final Map<Integer, Done> ready = new HashMap<>();
  private int nextChunk;
  private boolean joining;
  private final SegmentJoiner joiner;
  private final LoudnessMeter loudness;
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
    this.loudness = new LoudnessMeter(options.sampleRate(), options.channels());
    this.joiner = new SegmentJoiner(grid, file, options.channels());
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("mp3-", 1).daemon().factory());
  }

  void submit(Chunk chunk, Consumer<float[]> release) {
    workers.execute(() -> {
      try {
        if (failure == null && !cancelled) {
          ready(encoded(chunk, release));
        } else {
          release.accept(chunk.pcm());
        }
      } catch (Throwable broken) {
        failure = broken;
        release.accept(chunk.pcm());
      }
    });
  }

  /** A chunk that is encoded and waits to be joined. */
  private record Done(
      Chunk chunk, Segment segment, LoudnessMeter loudness, Consumer<float[]> release) {}

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
        // Keeps waiting: a file may take longer than a day.
      }
    } catch (InterruptedException stop) {
      close();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while encoding the rest");
    }
    rethrow();
    return file.finish(lame, joiner.lowpass(), samples, DELAY, loudness.result());
  }

  @Override
  public void close() {
    cancelled = true;
    // No interrupts, because they would close the caller's channel; every worker checks the flag.
    workers.close();
    joiner.close();
    ready.values().forEach(done -> done.segment().close());
    ready.clear();
  }

  private Done encoded(Chunk chunk, Consumer<float[]> release) {
    chunk.clean(options.channels());
    var meter =
        new LoudnessMeter(
            options.sampleRate(),
            options.channels(),
            (long) chunk.index() * grid.frames() * grid.frameSamples());
    return new Done(chunk, encode(chunk, meter), meter, release);
  }

  private Segment encode(Chunk chunk, LoudnessMeter meter) {
    var segment = new Segment(new ChunkEncoder(lame, options), grid.firstFrame(chunk.index()));
    var buffer = new SampleBuffer();
    try {
      int buffers = 0;
      for (int from = 0; from < chunk.samples() && !cancelled; from += SampleBuffer.SIZE) {
        int count = Math.min(SampleBuffer.SIZE, chunk.samples() - from);
        buffer.take(chunk.pcm(), from, count, options.channels());
        measure(chunk, from, buffer, meter);
        segment.feed(buffer);
        if (++buffers % BUFFERS == 0) {
          segment.collect();
        }
      }
      segment.collect();
      if (chunk.last()) {
        segment.flush();
      }
      return segment;
    } catch (Throwable broken) {
      segment.close();
      throw broken;
    }
  }

  /**
   * Counts each sample once: the start of a chunk belongs to the chunk before, its end to the next.
   */
  private void measure(Chunk chunk, int from, SampleBuffer buffer, LoudnessMeter meter) {
    int begin = Math.clamp(grid.borrowed(chunk.index()) - from, 0, buffer.count());
    int end =
        chunk.last()
            ? buffer.count()
            : Math.clamp(grid.end(chunk.index()) - from, 0, buffer.count());
    if (begin > 0) {
      meter.warmUp(buffer, 0, begin);
    }
    if (end > begin) {
      meter.measure(buffer, begin, end - begin);
    }
  }

  /**
   * Stores an encoded chunk, and joins the chunks that are ready unless another thread is joining.
   */
  private void ready(Done done) throws IOException {
    synchronized (ready) {
      ready.put(done.chunk().index(), done);
      if (joining) {
        return;
      }
      joining = true;
    }
    // If joining fails, the flag stays set and nobody joins any more: the failure ends the file.
    for (Done next = nextReady(); next != null; next = nextReady()) {
      join(next);
    }
  }

  private @Nullable Done nextReady() {
    synchronized (ready) {
      Done next = cancelled ? null : ready.remove(nextChunk);
      if (next == null) {
        joining = false;
      } else {
        nextChunk++;
      }
      return next;
    }
  }

  private void join(Done done) throws IOException {
    try {
      joiner.join(done.chunk(), done.segment());
    } catch (Throwable broken) {
      done.segment().close();
      throw broken;
    } finally {
      done.release().accept(done.chunk().pcm());
    }
    loudness.add(done.loudness());
    long end = grid.firstFrame(done.chunk().index()) * grid.frameSamples() + done.chunk().samples();
    progress.accept(Math.min(end, joiner.laid() * grid.frameSamples()));
  }
}

package io.tapedeck.mp3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;

/**
 * Encodes samples into one MP3 file with any number of threads. The file depends on samples and
 * options alone: the number of threads and the size of the written blocks change no byte of it. The
 * number of threads bounds the memory, whatever the length. {@link #write} waits while the encoders
 * or the channel are behind.
 *
 * <p>Belongs to one thread, which writes and then finishes. Closing before that cancels: the bytes
 * written to the channel by then are not an MP3. The caller must close the channel.
 */
public final class Mp3Encoder implements AutoCloseable {
  private final EncoderOptions options;
  private final Grid grid;
  private final Assembly assembly;
  private final BlockingQueue<float[]> buffers;
  private float[] pcm;
  private int filled;
  private int chunk;
  private long samples;
  private boolean finished;

  private Mp3Encoder(EncoderOptions options, Grid grid, Assembly assembly, int threads) {
    this.options = options;
    this.grid = grid;
    this.assembly = assembly;
    this.buffers = new ArrayBlockingQueue<>(threads + 2);
    for (int i = 0; i < threads + 2; i++) {
      buffers.add(new float[0]);
    }
    this.pcm = new float[0];
  }

  /**
   * Begins a file at the channel's position.
   *
   * @param before bytes before the audio, such as tags; any number
   * @param channel must be seekable: counts and seek table stand before the audio, but are known
   *     only after it
   * @param threads encoders at work at once, 1 to 256
   * @param progress called now and then with the number of encoded samples per channel; from any
   *     thread, but never from two at once
   */
  public static Mp3Encoder open(
      Lame lame,
      EncoderOptions options,
      byte[] before,
      SeekableByteChannel channel,
      int threads,
      LongConsumer progress)
      throws IOException {
    return open(lame, options, before, channel, threads, progress, Grid.of(options));
  }

  /** With a given grid, for tests: a small grid has more joins. */
  static Mp3Encoder open(
      Lame lame,
      EncoderOptions options,
      byte[] before,
      SeekableByteChannel channel,
      int threads,
      LongConsumer progress,
      Grid grid)
      throws IOException {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads are 1 to 256, not " + threads);
    }
    Mp3File file = new Mp3File(channel, options, before);
    return new Mp3Encoder(
        options, grid, new Assembly(lame, options, grid, file, threads, progress), threads);
  }

  /**
   * Encodes samples; they are copied.
   *
   * @param interleaved 1.0 is full scale; values beyond ±4.0 are clipped, NaN becomes silence
   * @param offset of the first value in the array
   * @param count samples per channel
   * @throws IOException what the channel threw
   */
  public void write(float[] interleaved, int offset, int count) throws IOException {
    int channels = options.channels();
    Objects.checkFromIndexSize(offset, Math.multiplyExact(count, channels), interleaved.length);
    if (finished) {
      throw new IllegalStateException("the file is finished or cancelled");
    }
    int from = offset;
    int left = count;
    while (left > 0) {
      int capacity = grid.samplesOf(chunk);
      int part = Math.min(left, capacity - filled);
      makeRoom((filled + part) * channels);
      System.arraycopy(interleaved, from, pcm, filled * channels, part * channels);
      filled += part;
      from += part * channels;
      left -= part;
      if (filled == capacity) {
        next();
      }
    }
    samples += count;
  }

  /** Encodes the remaining samples and completes the file. */
  public Encoded finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("the file is finished or cancelled");
    }
    finished = true;
    assembly.submit(new Chunk(chunk, pcm, filled, true), _ -> {});
    return assembly.finish(samples);
  }

  /** Stops all work at once. After {@link #finish} it only frees what is left. */
  @Override
  public void close() {
    finished = true;
    assembly.close();
  }

  private void next() throws IOException {
    float[] full = pcm;
    float[] fresh;
    try {
      fresh = fitting(buffers.take());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the encoders were busy");
    }
    assembly.rethrow();
    int channels = options.channels();
    int overlap = grid.overlapSamples();
    System.arraycopy(full, (filled - overlap) * channels, fresh, 0, overlap * channels);
    assembly.submit(new Chunk(chunk, full, filled, false), buffers::offer);
    pcm = fresh;
    filled = overlap;
    chunk++;
  }

  /** The first buffer grows while it fills: for short audio a full one would stay mostly empty. */
  private void makeRoom(int values) {
    if (pcm.length < values) {
      int full = grid.samplesOf(1) * options.channels();
      pcm = Arrays.copyOf(pcm, Math.max(values, Math.min(full, 2 * pcm.length)));
    }
  }

  private float[] fitting(float[] buffer) {
    int size = grid.samplesOf(1) * options.channels();
    return buffer.length == size ? buffer : new float[size];
  }
}

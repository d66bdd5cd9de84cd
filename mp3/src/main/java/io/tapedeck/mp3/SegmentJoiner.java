package io.tapedeck.mp3;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins segments into the stream that a single encoder would have made. At the end of a chunk, its
 * segment continues into the next chunk until both segments make the same frames. From there on the
 * next segment is the stream. So a join costs nothing where the encoders agree at once, and it
 * never changes the audio where they do not: in the worst case one encoder does all the work.
 * Belongs to one thread at a time.
 */
final class SegmentJoiner implements AutoCloseable {
  /**
   * Equal frames that are enough with or without audio: LAME forgets earlier loudness within a
   * hundred frames.
   */
  private static final int AGREED_IN_SILENCE = 128;

  /** With fewer bytes of main data, two different encoders may agree by chance. */
  private static final int SOUND = 24;

  private final Grid grid;
  private final Mp3File file;
  private final int channels;
  private final SampleBuffer buffer = new SampleBuffer();
  private @Nullable Segment stream;
  private long laid;
  private int agreed;
  private int agreedWithSound;

  SegmentJoiner(Grid grid, Mp3File file, int channels) {
    this.grid = grid;
    this.file = file;
    this.channels = channels;
  }

  /** Frames in the file so far. */
  long laid() {
    return laid;
  }

  /** Hz; known after the first join. */
  int lowpass() {
    return stream == null ? 0 : stream.lowpass();
  }

  /** Joins the next chunk. Its segment has been fed the whole chunk; this class closes it. */
  void join(Chunk chunk, Segment next) throws IOException {
    Segment before = stream;
    if (before == null) {
      stream = next;
    } else if (meet(before, chunk, next)) {
      before.close();
      stream = next;
    } else {
      next.close();
      next = before;
    }
    lay(next);
  }

  /** Feeds this chunk to the previous segment until both agree, or to the chunk's end. */
  private boolean meet(Segment before, Chunk chunk, Segment next) throws IOException {
    agreed = 0;
    agreedWithSound = 0;
    int size = grid.frameSamples();
    long frame = grid.firstFrame(chunk.index()) + grid.warmup();
    boolean ended = false;
    for (int fed = grid.overlapSamples(); ; fed += size) {
      lay(before);
      for (; before.has(frame); frame++) {
        if (next.has(frame) && agree(before.get(frame), next.get(frame))) {
          return true;
        }
      }
      if (ended) {
        return false;
      }
      ended = feed(before, chunk, fed);
    }
  }

  /** Feeds one more frame of samples; returns whether they were the chunk's last. */
  private boolean feed(Segment before, Chunk chunk, int fed) {
    int left = chunk.samples() - fed;
    if (left > 0) {
      buffer.take(chunk.pcm(), fed, Math.min(grid.frameSamples(), left), channels);
      before.feed(buffer);
      before.collect();
    }
    if (left > grid.frameSamples()) {
      return false;
    }
    if (chunk.last()) {
      before.flush();
    }
    return true;
  }

  private boolean agree(Packet one, Packet other) {
    boolean same =
        one.header().word() == other.header().word()
            && Arrays.equals(one.sideInfo(), other.sideInfo())
            && Arrays.equals(one.mainData(), other.mainData());
    agreed = same ? agreed + 1 : 0;
    agreedWithSound =
        !same ? 0 : one.mainData().length < SOUND ? agreedWithSound : agreedWithSound + 1;
    return agreedWithSound >= grid.agreed() || agreed >= AGREED_IN_SILENCE;
  }

  private void lay(Segment segment) throws IOException {
    for (; segment.has(laid); laid++) {
      file.add(segment.get(laid));
    }
    segment.forget(laid - grid.preroll());
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}

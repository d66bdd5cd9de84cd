package io.tapedeck.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Holds audio below full scale, which a sum of channels or tracks can exceed. The gain begins to
 * fall 5 ms before a peak and recovers within some 80 ms; all channels get the same. Audio below
 * full scale passes unchanged. Nothing is lost where the source changes its format, because this
 * happens behind the decoder, whose own filters begin anew there.
 */
public final class Limiter implements Pcm {
  private static final double AHEAD_SECONDS = 0.005;
  private static final double RELEASE_SECONDS = 0.08;

  /** A reduction so small that it is none. */
  private static final double NOTHING = 1e-6;

  private record Block(long millis, ByteBuffer audio) {}

  private final Pcm source;
  private final int channels;
  private final double release;

  /** Blocks whose last frames still wait for what follows, and blocks that are done. */
  private final Deque<Block> pending = new ArrayDeque<>();

  private final Deque<Block> done = new ArrayDeque<>();

  /** The reductions of the gain in the last 5 ms: 0 is none, 1 is silence. */
  private final double[] reductions;

  private double sum;
  private int reduced;

  /**
   * Frames in the last 5 ms that are larger than all that follow, with the reductions they need.
   */
  private final Deque<Need> needs = new ArrayDeque<>();

  private record Need(long frame, double reduction) {}

  private long frames;
  private double reduction;
  private boolean more = true;

  /**
   * @param source stands on its first block
   * @param rate frames per second
   */
  public Limiter(Pcm source, int rate, int channels) throws IOException {
    this.source = source;
    this.channels = channels;
    reductions = new double[Math.max(1, (int) (rate * AHEAD_SECONDS))];
    release = Math.exp(-1 / (rate * RELEASE_SECONDS));
    take();
    advance();
  }

  @Override
  public boolean next() throws IOException {
    done.poll();
    advance();
    return !done.isEmpty();
  }

  /** Takes blocks until one is done or the source ends. */
  private void advance() throws IOException {
    while (done.isEmpty() && more) {
      more = source.next();
      if (more) {
        take();
      } else {
        for (int i = 1; i < reductions.length; i++) {
          pass(0);
        }
        done.addAll(pending);
        pending.clear();
      }
    }
  }

  private void take() {
    int frameBytes = 4 * channels;
    int length = source.length() / frameBytes * frameBytes;
    ByteBuffer audio =
        ByteBuffer.wrap(Arrays.copyOf(source.bytes(), length)).order(ByteOrder.LITTLE_ENDIAN);
    pending.add(new Block(source.millis(), audio));
    for (int at = 0; at < length; at += frameBytes) {
      float peak = 0;
      for (int i = at; i < at + frameBytes; i += 4) {
        peak = Math.max(peak, Math.abs(audio.getFloat(i)));
      }
      pass(peak > 1 ? 1 - 1 / (double) peak : 0);
    }
  }

  /** Takes the reduction that one more frame needs; 5 ms later that frame gets its gain. */
  private void pass(double needed) {
    while (!needs.isEmpty() && needs.getLast().reduction() <= needed) {
      needs.removeLast();
    }
    if (needed > 0) {
      needs.add(new Need(frames, needed));
    }
    if (!needs.isEmpty() && needs.getFirst().frame() <= frames - reductions.length) {
      needs.removeFirst();
    }
    double held = needs.isEmpty() ? 0 : needs.getFirst().reduction();
    reduction = Math.max(held, reduction * release);
    reduction = reduction < NOTHING ? 0 : reduction;
    int place = (int) (frames % reductions.length);
    reduced += (reduction > 0 ? 1 : 0) - (reductions[place] > 0 ? 1 : 0);
    sum = reduced == 0 ? 0 : sum + reduction - reductions[place];
    reductions[place] = reduction;
    frames++;
    if (frames >= reductions.length) {
      apply((float) (1 - sum / reductions.length));
    }
  }

  private void apply(float gain) {
    while (!pending.isEmpty() && !pending.getFirst().audio().hasRemaining()) {
      done.add(pending.removeFirst());
    }
    if (!pending.isEmpty()) {
      ByteBuffer audio = pending.getFirst().audio();
      for (int i = 0; i < channels; i++) {
        float sample = audio.getFloat(audio.position());
        audio.putFloat(gain == 1 ? sample : sample * gain);
      }
    }
  }

  @Override
  public long millis() {
    return done.getFirst().millis();
  }

  @Override
  public byte[] bytes() {
    return done.getFirst().audio().array();
  }

  @Override
  public int length() {
    return done.getFirst().audio().capacity();
  }

  @Override
  public boolean brokenOff() {
    return source.brokenOff();
  }
}

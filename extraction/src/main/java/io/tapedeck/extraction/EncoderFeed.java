package io.tapedeck.extraction;

import io.tapedeck.media.ChosenPart;
import io.tapedeck.media.Matroska;
import io.tapedeck.media.Pcm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Feeds the encoder all decoded blocks, and silence where the timeline has gaps. Blocks are copied
 * only while the timeline looks ahead: at most {@link Timeline#LOOK_AHEAD}, 4 MB.
 */
final class EncoderFeed {
  private static final int SILENCE_FRAMES = 1024;

  /** Frames; no sum with it overflows. */
  private static final long UNLIMITED = Long.MAX_VALUE / 2;

  private final Timeline timeline;
  private final Mp3Writer encoding;
  private final ExtractionMonitor monitor;
  private final AudioBudget budget;
  private final int rate;
  private final int frameBytes;
  private final long most;
  private long position;
  private long gaps;
  private final Deque<byte[]> held = new ArrayDeque<>();

  EncoderFeed(
      Timeline timeline,
      Mp3Writer encoding,
      ExtractionMonitor monitor,
      Matroska.Header header,
      ChosenPart part) {
    this.timeline = timeline;
    this.encoding = encoding;
    this.monitor = monitor;
    budget = monitor.budget();
    rate = header.rate();
    frameBytes = 4 * header.channels();
    most = part.length().map(this::frames).orElse(UNLIMITED);
    position = -frames(part.skipped());
    timeline.choose(-position, most);
  }

  private long frames(Duration time) {
    return Math.round(time.toNanos() / 1e9 * rate);
  }

  /**
   * Feeds all blocks from the current one to the end of the part.
   *
   * @param inVain whether the result is of no use any more
   */
  void drain(Pcm pcm, BooleanSupplier inVain) throws IOException {
    boolean more = true;
    while (more && !inVain.getAsBoolean()) {
      int length = pcm.length() / frameBytes * frameBytes;
      if (length > 0) {
        take(pcm, length);
      }
      monitor.decoded(timeline.length());
      more = position < most && pcm.next();
    }
    timeline.end();
    release();
    silence(timeline.rest());
  }

  private void take(Pcm pcm, int length) throws IOException {
    timeline.add(pcm.millis(), length / frameBytes);
    long silence = held.isEmpty() ? timeline.next() : Timeline.UNDECIDED;
    if (silence == Timeline.UNDECIDED) {
      held.add(Arrays.copyOf(pcm.bytes(), length));
      release();
    } else {
      write(silence, pcm.bytes(), length);
    }
  }

  private void release() throws IOException {
    long silence = timeline.next();
    while (silence != Timeline.UNDECIDED) {
      byte[] block = held.remove();
      write(silence, block, block.length);
      silence = timeline.next();
    }
  }

  private long shortGap() {
    return AudioBudget.SHORT_GAP.toSeconds() * rate;
  }

  private void write(long silence, byte[] block, int length) throws IOException {
    silence(silence);
    int count = length / frameBytes;
    int from = Math.clamp(-position, 0, count);
    int to = Math.clamp(most - position, from, count);
    position += count;
    encoding.write(block, from * frameBytes, (to - from) * frameBytes);
  }

  private void silence(long frames) throws IOException {
    long end = position + frames;
    long left = Math.min(end, most) - Math.max(position, 0);
    position = end;
    gaps += left > shortGap() ? left : 0;
    budget.check(timeline.length(), Duration.ofMillis(gaps * 1000 / rate));
    if (left > 0) {
      monitor.decoded(timeline.length());
      byte[] nothing = new byte[frameBytes * SILENCE_FRAMES];
      for (; left > 0; left -= SILENCE_FRAMES) {
        encoding.write(nothing, 0, (int) Math.min(left, SILENCE_FRAMES) * frameBytes);
      }
    }
  }
}

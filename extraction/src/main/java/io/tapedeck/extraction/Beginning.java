package io.tapedeck.extraction;

import io.tapedeck.media.BufferedPcm;
import io.tapedeck.media.Pcm;
import java.io.IOException;

/**
 * Decoded audio whose first two seconds are read ahead, to learn when it begins. The time of the
 * first block alone can be wrong: if blocks behind it have earlier times, those tell it.
 */
final class Beginning implements Pcm {
  private static final int WINDOW_SECONDS = 2;
  private static final int MOST_BYTES = 4 << 20;

  /** Times that are rounded, or a little uneven, are no reason to doubt the first one. */
  private static final long NOTABLE_MILLIS = 100;

  private final Pcm source;
  private final BufferedPcm ahead = new BufferedPcm();
  private final long begins;
  private final boolean even;
  private boolean behind;
  private boolean more = true;

  /**
   * @param source stands on its first block
   * @param frameBytes bytes of one sample of all channels
   */
  Beginning(Pcm source, int rate, int frameBytes) throws IOException {
    this.source = source;
    long first = source.millis();
    long earliest = first;
    long least = 0;
    long most = 0;
    long frames = 0;
    while (more && frames < (long) WINDOW_SECONDS * rate && frames * frameBytes < MOST_BYTES) {
      long begin = source.millis() - frames * 1000 / rate; // if this block has the right time
      least = Math.min(least, begin - first);
      most = Math.max(most, begin - first);
      earliest = first - source.millis() > NOTABLE_MILLIS ? Math.min(earliest, begin) : earliest;
      frames += source.length() / frameBytes;
      ahead.add(source.millis(), source.bytes(), source.length());
      more = source.next();
    }
    begins = earliest;
    even = most - least <= NOTABLE_MILLIS;
  }

  /** When the audio begins, milliseconds. */
  long begins() {
    return begins;
  }

  /** Whether the times fit the audio between them. */
  boolean isEven() {
    return even;
  }

  @Override
  public boolean next() throws IOException {
    if (behind) {
      return source.next();
    }
    behind = !ahead.next();
    return !behind || more;
  }

  @Override
  public long millis() {
    return current().millis();
  }

  @Override
  public byte[] bytes() {
    return current().bytes();
  }

  @Override
  public int length() {
    return current().length();
  }

  @Override
  public boolean brokenOff() {
    return source.brokenOff();
  }

  private Pcm current() {
    return behind ? source : ahead;
  }
}

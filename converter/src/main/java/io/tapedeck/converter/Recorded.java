package io.tapedeck.converter;

import java.util.ArrayList;
import java.util.List;

/** Decoded sound that is kept in memory until its turn comes. */
final class Recorded implements Pcm {
  private final List<byte[]> blocks = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private int at;

  /** Keeps one more block; the first is where reading begins. */
  void add(long millis, byte[] bytes) {
    times.add(millis);
    blocks.add(bytes);
  }

  boolean isEmpty() {
    return blocks.isEmpty();
  }

  @Override
  public boolean next() {
    return ++at < blocks.size();
  }

  @Override
  public long millis() {
    return times.get(at);
  }

  @Override
  public byte[] bytes() {
    return blocks.get(at);
  }

  @Override
  public int length() {
    return bytes().length;
  }

  @Override
  public boolean brokenOff() {
    return false;
  }
}

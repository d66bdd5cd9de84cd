package io.tapedeck.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Decoded audio that is kept in memory until it is needed. It uses a few large arrays, because many
 * small arrays that live this long make garbage collection slow.
 */
public final class BufferedPcm implements Pcm {
  private static final int SMALLEST = 1 << 16;
  private static final int LARGEST = 1 << 20;

  private final List<byte[]> arrays = new ArrayList<>();

  /** For each block: its time, its array, its first index in that array, and its length. */
  private final List<Place> places = new ArrayList<>();

  private byte[] block = new byte[0];
  private int filled;
  private int at;

  private record Place(long millis, int array, int from, int length) {}

  /** Adds a block. Reading starts at the first block. */
  public void add(long millis, byte[] bytes, int length) {
    if (arrays.isEmpty() || filled + length > arrays.getLast().length) {
      int size = Math.min(LARGEST, SMALLEST << Math.min(arrays.size(), 4));
      arrays.add(new byte[Math.max(size, length)]);
      filled = 0;
    }
    System.arraycopy(bytes, 0, arrays.getLast(), filled, length);
    places.add(new Place(millis, arrays.size() - 1, filled, length));
    filled += length;
  }

  public boolean isEmpty() {
    return places.isEmpty();
  }

  @Override
  public boolean next() {
    return ++at < places.size();
  }

  @Override
  public long millis() {
    return places.get(at).millis();
  }

  @Override
  public byte[] bytes() {
    Place place = places.get(at);
    if (block.length < place.length()) {
      block = new byte[place.length()];
    }
    System.arraycopy(arrays.get(place.array()), place.from(), block, 0, place.length());
    return block;
  }

  @Override
  public int length() {
    return places.get(at).length();
  }

  @Override
  public boolean brokenOff() {
    return false;
  }
}

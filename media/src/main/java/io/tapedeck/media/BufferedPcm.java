package io.tapedeck.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Decoded audio that is kept in memory until its turn comes: in few large arrays, as many small
 * ones that live so long are dear to collect.
 */
public final class BufferedPcm implements Pcm {
  private static final int SMALLEST = 1 << 16;
  private static final int LARGEST = 1 << 20;

  private final List<byte[]> arrays = new ArrayList<>();

  /** Of each block: its time, the array it is in, where it begins there, and its length. */
  private final List<Place> places = new ArrayList<>();

  private byte[] block = new byte[0];
  private int filled;
  private int at;

  private record Place(long millis, int array, int from, int length) {}

  /** Keeps one more block; the first is where reading begins. */
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

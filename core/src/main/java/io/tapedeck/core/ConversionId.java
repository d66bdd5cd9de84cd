package io.tapedeck.core;

import java.time.Instant;

/**
 * Names one video's way to an MP3. Written {@code cnv_} and 26 characters; ids sort by their time
 * of creation.
 */
public record ConversionId(String value) implements Comparable<ConversionId> {
  public ConversionId {
    Ulid.checked("cnv", value);
  }

  /** A new id, sorting after those of earlier moments and impossible to guess. */
  public static ConversionId at(Instant now) {
    return new ConversionId("cnv_" + Ulid.at(now));
  }

  @Override
  public int compareTo(ConversionId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

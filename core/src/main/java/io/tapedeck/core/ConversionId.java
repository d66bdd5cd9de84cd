package io.tapedeck.core;

import java.time.Instant;

/**
 * The id of one conversion of a video to an MP3: {@code cnv_} and 26 characters. Ids sort by their
 * time of creation.
 */
public record ConversionId(String value) implements Comparable<ConversionId> {
  public ConversionId {
    Ulid.checked("cnv", value);
  }

  /** A new id. It sorts after the ids of earlier moments, and nobody can guess it. */
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

package io.tapedeck.core;

/**
 * The tags at the beginning and at the end of an MP3.
 *
 * @param minor the minor version of ID3v2: 3 or 4
 * @param v1 whether the 128 bytes of ID3v1 follow the audio too
 */
public record Id3(int minor, boolean v1) {
  /** What all players read (ADR 0023). */
  public static final Id3 DEFAULT = new Id3(3, false);

  public Id3 {
    if (minor != 3 && minor != 4) {
      throw new IllegalArgumentException("ID3 is written as 2.3 or 2.4, not 2." + minor);
    }
  }

  /** The version as people write it: {@code 2.3} or {@code 2.4}. */
  public String version() {
    return "2." + minor;
  }

  /**
   * The same with another version.
   *
   * @param version {@code 2.3} or {@code 2.4}
   * @throws IllegalArgumentException for other text
   */
  public Id3 withVersion(String version) {
    return switch (version) {
      case "2.3" -> new Id3(3, v1);
      case "2.4" -> new Id3(4, v1);
      default ->
          throw new IllegalArgumentException(
              "ID3 is written as 2.3 or 2.4, not " + Text.shown(version));
    };
  }

  /** The same with ID3v1 or without. */
  public Id3 withV1(boolean other) {
    return new Id3(minor, other);
  }
}

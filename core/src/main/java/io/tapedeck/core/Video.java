package io.tapedeck.core;

/**
 * An uploaded file.
 *
 * @param name the file's name as its owner knows it, 1 to 300 characters; only for display, never
 *     used as a path
 * @param size of the file, in bytes
 * @param blob where the file's bytes are
 */
public record Video(String name, long size, BlobId blob) {
  public static final int LONGEST_NAME = 300;

  public Video {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "a video's name has 1 to " + LONGEST_NAME + " characters, not " + name.length());
    }
    if (size < 0) {
      throw new IllegalArgumentException("a size is not negative: " + size);
    }
  }
}

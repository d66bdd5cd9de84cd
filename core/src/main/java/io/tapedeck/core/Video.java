package io.tapedeck.core;

/**
 * What came in.
 *
 * @param name the file's name as its owner knows it; data to show, never a path; 1 to 300
 *     characters
 * @param size bytes
 * @param blob where its bytes are
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

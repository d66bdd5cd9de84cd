package io.tapedeck.uploads;

/**
 * How much is let in.
 *
 * @param largestFile bytes of one video
 * @param diskMargin bytes that stay free on the disk whatever is uploaded
 */
public record UploadLimits(long largestFile, long diskMargin, Quota quota) {
  public UploadLimits {
    if (largestFile < 1 || diskMargin < 0) {
      throw new IllegalArgumentException("a file has at least 1 byte, and a margin 0");
    }
  }
}

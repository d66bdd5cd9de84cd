package io.tapedeck.uploads;

/**
 * The limits on uploads.
 *
 * @param largestFile bytes of one video
 * @param diskMargin bytes of the disk that uploads leave free
 */
public record UploadLimits(long largestFile, long diskMargin, Quota quota) {
  public UploadLimits {
    if (largestFile < 1 || diskMargin < 0) {
      throw new IllegalArgumentException("a file has at least 1 byte, and a margin 0");
    }
  }
}

package io.tapedeck.converter;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the margin of free disk space where conversions make MP3s and where the store keeps them.
 * Both may be on one disk.
 *
 * @param scratch where MP3s are made
 * @param margin bytes that stay free
 */
record DiskSpace(BlobStore blobs, Path scratch, long margin) {
  /**
   * Checks that there is space for this many bytes.
   *
   * @throws Outage {@link Code#DISK_FULL} if they would use some of the margin
   */
  void require(long bytes) {
    long free = Math.min(blobs.room(), usable()) - margin;
    if (bytes > free) {
      throw new Outage(
          Code.DISK_FULL,
          "the conversion needs " + bytes + " bytes, and " + Math.max(0, free) + " are left",
          null);
    }
  }

  private long usable() {
    try {
      return Files.getFileStore(scratch).getUsableSpace();
    } catch (IOException e) {
      throw new Outage("cannot tell the free space of " + scratch + ": " + Outage.reason(e), e);
    }
  }
}

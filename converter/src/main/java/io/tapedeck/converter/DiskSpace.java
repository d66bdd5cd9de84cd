package io.tapedeck.converter;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the margin of free disk space where conversions make MP3s and where the store keeps them.
 * Both may be on one disk. Each running conversion reserves what it will still write, so that
 * conversions side by side do not count on the same space.
 */
final class DiskSpace {
  private final BlobStore blobs;
  private final Path scratch;
  private final long margin;
  private final Map<ConversionId, Long> reserved = new HashMap<>();

  /**
   * @param scratch where MP3s are made
   * @param margin bytes that stay free
   */
  DiskSpace(BlobStore blobs, Path scratch, long margin) {
    this.blobs = blobs;
    this.scratch = scratch;
    this.margin = margin;
  }

  /**
   * Reserves space for a conversion, in place of what it had reserved before.
   *
   * @param bytes that it will still write; zero checks only that the margin is free
   * @throws Outage {@link Code#DISK_FULL} if they would use some of the margin or of what others
   *     have reserved; then the earlier reservation stays
   */
  synchronized void reserve(ConversionId id, long bytes) {
    long others = reserved.values().stream().mapToLong(Long::longValue).sum();
    others -= reserved.getOrDefault(id, 0L);
    long free = Math.min(blobs.room(), usable()) - margin - others;
    if (bytes > free) {
      throw new Outage(
          Code.DISK_FULL,
          "the conversion needs " + bytes + " bytes, and " + Math.max(0, free) + " are left",
          null);
    }
    reserved.put(id, bytes);
  }

  /** Ends the reservation of a conversion. */
  synchronized void release(ConversionId id) {
    reserved.remove(id);
  }

  private long usable() {
    try {
      return Files.getFileStore(scratch).getUsableSpace();
    } catch (IOException e) {
      throw new Outage("cannot tell the free space of " + scratch + ": " + Outage.reason(e), e);
    }
  }
}

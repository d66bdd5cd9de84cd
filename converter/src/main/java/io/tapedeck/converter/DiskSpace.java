package io.tapedeck.converter;

import io.tapedeck.core.BlobStore;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionId;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
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
  private final long largestScratch;
  private final Map<ConversionId, Long> reserved = new HashMap<>();

  /**
   * @param scratch where MP3s are made
   * @param margin bytes that stay free
   * @param largestScratch bytes that may be in the scratch folder, the margin included; {@link
   *     Long#MAX_VALUE} when only the disk limits it
   */
  DiskSpace(BlobStore blobs, Path scratch, long margin, long largestScratch) {
    this.blobs = blobs;
    this.scratch = scratch;
    this.margin = margin;
    this.largestScratch = largestScratch;
  }

  /**
   * Reserves space for the copy of a video. Where the scratch folder has no limit of its own, it
   * checks only that the margin is free: such a store keeps files, and nothing is copied.
   *
   * @throws Refusal {@link Code#TOO_LARGE} if the video would not fit into the empty folder
   * @throws Outage {@link Code#DISK_FULL} if others use the space now
   */
  void reserveCopy(ConversionId id, long bytes) {
    if (largestScratch == Long.MAX_VALUE) {
      reserve(id, 0);
      return;
    }
    if (bytes > largestScratch - margin) {
      throw new Refusal(
          Code.TOO_LARGE,
          "it has %d bytes, and converters here work in %d (converter.scratch)"
              .formatted(bytes, Math.max(0, largestScratch - margin)));
    }
    reserve(id, bytes);
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
      long disk = Files.getFileStore(scratch).getUsableSpace();
      return largestScratch == Long.MAX_VALUE
          ? disk
          : Math.min(disk, largestScratch - Scratch.bytesBelow(scratch));
    } catch (IOException e) {
      throw new Outage("cannot tell the free space of " + scratch + ": " + Outage.reason(e), e);
    }
  }
}

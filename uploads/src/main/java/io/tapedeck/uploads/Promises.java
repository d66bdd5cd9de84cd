package io.tapedeck.uploads;

import java.time.Duration;

/**
 * Disk space promised for bytes that have not come. An upload is promised little before it proves
 * that it brings bytes, and more with each byte; a promise ends when the bytes stop coming, and all
 * promises together leave a share of the room. So nobody keeps others out by announcing files. An
 * upload whose promise ended or did not count goes on while there is room.
 *
 * @param bare bytes promised to uploads without a byte
 * @param begun bytes promised to the others
 */
public record Promises(long bare, long begun) {
  /** How long a promise lasts after the last byte; an upload without a byte ends after it. */
  static final Duration LIFE = Duration.ofMinutes(10);

  /** What an upload is promised at first. */
  static final long FIRST = 16L << 20;

  /** How many times the bytes that came an upload is promised after them. */
  static final int FACTOR = 8;

  /** Uploads without a byte hold at most this part of the room, and the others half. */
  private static final int BARE_SHARE = 8;

  /** What one upload is promised. */
  static long of(long length, long received) {
    return Math.min(length - received, Math.max(FIRST, FACTOR * received));
  }

  Promises and(long bytes, boolean hasBegun) {
    return hasBegun ? new Promises(bare, begun + bytes) : new Promises(bare + bytes, begun);
  }

  Promises without(long bytes) {
    return new Promises(bare, Math.max(0, begun - bytes));
  }

  /** What counts of the promises when this many bytes of room are left. */
  long within(long room) {
    return Math.min(bare, Math.max(0, room) / BARE_SHARE) + Math.min(begun, Math.max(0, room) / 2);
  }
}

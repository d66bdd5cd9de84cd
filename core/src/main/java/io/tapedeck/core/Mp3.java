package io.tapedeck.core;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The MP3 that a conversion made.
 *
 * @param blob where the MP3's bytes are
 * @param size of the MP3, in bytes
 * @param duration of the audio
 * @param sha256 digest of all bytes, 64 hexadecimal digits; used as ETag and Repr-Digest
 * @param crc32 CRC-32 of all bytes (ISO 3309), 0 to 0xFFFFFFFF; used in archives. Null where it was
 *     not kept.
 * @param copied whether the source's own MP3 frames were kept instead of encoded again
 * @param warnings what a person should know, such as "the audio is damaged from 00:12:31 to
 *     00:12:33"
 */
public record Mp3(
    BlobId blob,
    long size,
    Duration duration,
    String sha256,
    @Nullable Long crc32,
    boolean copied,
    List<String> warnings) {
  public Mp3 {
    warnings = List.copyOf(warnings);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + Text.shown(sha256));
    }
    if (crc32 != null && crc32 >>> 32 != 0) {
      throw new IllegalArgumentException("not a CRC-32: " + crc32);
    }
  }

  /** An MP3 whose CRC-32 was not kept. */
  public Mp3(
      BlobId blob,
      long size,
      Duration duration,
      String sha256,
      boolean copied,
      List<String> warnings) {
    this(blob, size, duration, sha256, null, copied, warnings);
  }
}

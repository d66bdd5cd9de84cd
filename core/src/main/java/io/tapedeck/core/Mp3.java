package io.tapedeck.core;

import java.time.Duration;
import java.util.List;

/**
 * What came out.
 *
 * @param blob where its bytes are
 * @param size bytes
 * @param duration of the audio
 * @param sha256 digest of all its bytes, 64 hexadecimal digits; its ETag and Repr-Digest
 * @param copied whether the source's own MP3 frames were kept, not encoded anew
 * @param warnings what a person should know, such as "the audio is damaged from 00:12:31 to
 *     00:12:33"
 */
public record Mp3(
    BlobId blob,
    long size,
    Duration duration,
    String sha256,
    boolean copied,
    List<String> warnings) {
  public Mp3 {
    warnings = List.copyOf(warnings);
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + Text.shown(sha256));
    }
  }
}

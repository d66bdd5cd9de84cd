package io.tapedeck.extraction;

import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * An MP3 that was extracted from a file.
 *
 * @param file where it is
 * @param size bytes
 * @param duration of the audio
 * @param copied whether the source's own MP3 frames were kept
 * @param warnings what a person should know, in whole sentences without a capital
 * @param loudness integrated loudness of the result in LUFS (EBU R128), if it was measured
 */
public record Extracted(
    Path file,
    long size,
    Duration duration,
    boolean copied,
    List<String> warnings,
    OptionalDouble loudness) {
  public Extracted {
    warnings = List.copyOf(warnings);
  }

  /** Describes a finished file. */
  static Extracted of(
      Path file, Duration duration, boolean copied, List<String> warnings, OptionalDouble loudness)
      throws IOException {
    return new Extracted(file, Files.size(file), duration, copied, warnings, loudness);
  }

  /** The same MP3 at another path. */
  public Extracted at(Path place) {
    return new Extracted(place, size, duration, copied, warnings, loudness);
  }

  /** The same MP3 with one more warning, before the others. */
  public Extracted warning(String first) {
    return undamaged().told(Optional.of(first));
  }

  /** The same MP3 without the warning of damage that left no gap. */
  Extracted undamaged() {
    List<String> others = warnings.stream().filter(w -> !w.equals(Diagnosis.SOMEWHERE)).toList();
    return new Extracted(file, size, duration, copied, others, loudness);
  }

  /** The same MP3 with one more thing to know, before the others, if there is one. */
  Extracted told(Optional<String> first) {
    List<String> all = Stream.concat(first.stream(), warnings.stream()).toList();
    return new Extracted(file, size, duration, copied, all, loudness);
  }

  /**
   * The SHA-256 of the file, 64 hexadecimal digits. Reads the whole file.
   *
   * @throws Outage if the read fails
   */
  public String sha256() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      read(sha256::update);
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * The CRC-32 of the file (ISO 3309), 0 to 0xFFFFFFFF. Reads the whole file.
   *
   * @throws Outage if the read fails
   */
  public long crc32() {
    CRC32 crc = new CRC32();
    read(crc::update);
    return crc.getValue();
  }

  private interface Sum {
    void update(byte[] bytes, int offset, int length);
  }

  private void read(Sum sum) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sum.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new Outage("the MP3 could not be read again: " + Outage.reason(e), e);
    }
  }
}

package io.tapedeck.e2e;

import io.tapedeck.contracts.Media;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Files to hand over, and digests. */
final class Clips {
  private Clips() {}

  /**
   * A video without audio and with a padding of random bytes at its end, as the container allows:
   * its conversion fails, so its bytes stay where they can be looked at.
   */
  static Path muteAndLarge(Path file, long bytes, long seed) throws IOException {
    Media.silentVideo(file, 1);
    long padding = bytes - Files.size(file);
    Random random = new Random(seed);
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      out.write(
          new byte[] {
            (byte) (padding >>> 24), (byte) (padding >>> 16), (byte) (padding >>> 8), (byte) padding
          });
      out.write("free".getBytes(StandardCharsets.US_ASCII));
      for (long left = padding - 8; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
    return file;
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static byte[] sha256(byte[] bytes) {
    return digest().digest(bytes);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

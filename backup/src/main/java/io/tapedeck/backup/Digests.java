package io.tapedeck.backup;

import io.tapedeck.core.Code;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SHA-256 of each file of a backup, in the form of {@code sha256sum}. */
record Digests(Map<String, String> byPath) {
  static final String FILE = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](.+)");

  /**
   * Reads those of a backup.
   *
   * @throws Refusal {@link Code#NOT_FOUND} when the folder is no backup, {@link Code#BAD_REQUEST}
   *     when a line is not well formed
   */
  static Digests of(Path backup) throws IOException {
    Path file = backup.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new Refusal(
          Code.NOT_FOUND, backup + " is no complete backup: there is no " + FILE + " in it");
    }
    Map<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches() || !backup.resolve(parts.group(2)).normalize().startsWith(backup)) {
        throw new Refusal(Code.BAD_REQUEST, file + " has a line that is not a file's: " + line);
      }
      found.put(parts.group(2), parts.group(1));
    }
    return new Digests(found);
  }

  /** Writes them into a backup, as its last file. */
  void write(Path backup) throws IOException {
    StringBuilder text = new StringBuilder();
    byPath.forEach((path, digest) -> text.append(digest).append("  ").append(path).append('\n'));
    Path file = backup.resolve(FILE);
    OwnerOnly.file(file);
    Files.writeString(file, text, StandardOpenOption.SYNC);
  }

  /** Copies a file, safe on the disk when this returns. Returns its digest. */
  static String copy(Path from, Path to) throws IOException {
    MessageDigest digest = sha256();
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (InputStream in = Files.newInputStream(from);
        FileChannel file = FileChannel.open(to, fresh, OwnerOnly.file());
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(file), digest)) {
      in.transferTo(out);
      file.force(true);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(InputStream in) throws IOException {
    try (OutputStream nowhere = new DigestOutputStream(OutputStream.nullOutputStream(), sha256())) {
      in.transferTo(nowhere);
      return HexFormat.of().formatHex(((DigestOutputStream) nowhere).getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}

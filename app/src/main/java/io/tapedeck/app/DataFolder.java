package io.tapedeck.app;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import io.tapedeck.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All data of one machine: {@code tapedeck.db}, {@code tapedeck.reserve}, {@code videos/}, {@code
 * mp3s/}, {@code uploads/}, {@code outbox/}, {@code scratch/} and the secret key. While one server
 * has it open, no other server can open it.
 */
final class DataFolder implements AutoCloseable {
  private final Path path;
  private final @Nullable FileChannel file;

  private DataFolder(Path path, @Nullable FileChannel file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Makes the folder when it is missing, and locks it until it is closed or the process ends.
   *
   * @throws Refusal {@link Code#CONFLICT} when another server has the folder open
   * @throws Outage when the folder cannot be written
   */
  static DataFolder open(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    try {
      Privacy.mend(OwnerOnly.folder(folder));
      FileChannel file =
          FileChannel.open(
              folder.resolve("tapedeck.lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.file());
      if (lock(file) == null) {
        file.close();
        throw new Refusal(
            Code.CONFLICT,
            "another tapedeck server uses " + folder + "; stop it or name another with --data");
      }
      return new DataFolder(folder, file);
    } catch (IOException e) {
      throw new Outage("cannot use the data folder " + folder + ": " + Outage.reason(e), e);
    }
  }

  /**
   * The folder without the lock, for a command that works beside a server. The folder must exist or
   * the process must be allowed to make it.
   */
  static DataFolder beside(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    try {
      OwnerOnly.folder(folder);
      return new DataFolder(folder, null);
    } catch (IOException e) {
      throw new Outage("cannot use the data folder " + folder + ": " + Outage.reason(e), e);
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // This process itself has the lock: a second server in one JVM.
    }
  }

  Path path() {
    return path;
  }

  /** A path inside the folder, such as {@code tapedeck.db}. */
  Path at(String name) {
    return path.resolve(name);
  }

  /** The key that signs links: 32 random bytes, made at the first start, readable only by us. */
  Secret key() {
    Path key = at("secret.key");
    try {
      if (!Files.exists(key)) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        write(key, HexFormat.of().formatHex(random));
      }
      return new Secret(Files.readString(key).strip());
    } catch (IOException e) {
      throw new Outage("cannot read or make the key " + key + ": " + Outage.reason(e), e);
    }
  }

  private static void write(Path key, String text) throws IOException {
    Path fresh = key.resolveSibling("secret.key.new");
    Files.deleteIfExists(fresh);
    OwnerOnly.file(fresh);
    Files.writeString(fresh, text, StandardOpenOption.SYNC);
    try {
      Files.move(fresh, key);
    } catch (FileAlreadyExistsException e) {
      Files.delete(fresh);
    }
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

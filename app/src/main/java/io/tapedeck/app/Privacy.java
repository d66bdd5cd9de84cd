package io.tapedeck.app;

import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a data folder to all users but the user of this process, when the folder is from an
 * earlier version or was copied. It changes only Tapedeck's own files.
 */
final class Privacy {
  private static final Logger LOG = LoggerFactory.getLogger(Privacy.class);
  private static final List<String> FOLDERS =
      List.of("videos", "mp3s", "uploads", "outbox", "scratch");
  private static final List<String> FILES =
      List.of(
          "tapedeck.db",
          "tapedeck.db-wal",
          "tapedeck.db-shm",
          "tapedeck.reserve",
          "tapedeck.lock",
          "secret.key");

  private Privacy() {}

  /** Corrects open permissions and logs this in one line. */
  static void mend(Path folder) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try {
      boolean mended = false;
      for (String file : FILES) {
        mended |= close(folder.resolve(file), OwnerOnly.FILE);
      }
      for (String name : FOLDERS) {
        mended |= closeAll(folder.resolve(name));
      }
      boolean empty = isEmpty(folder);
      boolean ours = empty || Files.exists(folder.resolve("tapedeck.lock"));
      mended |= ours && close(folder, OwnerOnly.FOLDER) && !empty;
      if (mended) {
        LOG.atWarn()
            .addKeyValue("folder", folder)
            .log("other users of this machine could read it; that has been ended");
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("reason", Outage.reason(e))
          .log("other users of this machine may be able to read it; chmod -R go= it as its owner");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** The folder itself is closed last, so that an interrupted run begins again. */
  private static boolean closeAll(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || isClosed(folder)) {
      return false;
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        boolean below = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        close(file, below ? OwnerOnly.FOLDER : OwnerOnly.FILE);
      }
    }
    return close(folder, OwnerOnly.FOLDER);
  }

  private static boolean close(Path path, Set<PosixFilePermission> to) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        || Files.isSymbolicLink(path)
        || isClosed(path)) {
      return false;
    }
    Files.setPosixFilePermissions(path, to);
    return true;
  }

  private static boolean isClosed(Path path) throws IOException {
    return OwnerOnly.FOLDER.containsAll(Files.getPosixFilePermissions(path));
  }
}

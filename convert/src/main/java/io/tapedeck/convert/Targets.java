package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The outputs that may be written. A plain file is replaced when the caller wants that. For a
 * symbolic link, its target is replaced. A device or a named pipe is never replaced: it is written
 * into.
 */
final class Targets {
  /** The number of links that Linux follows. */
  private static final int MOST_LINKS = 40;

  private Targets() {}

  static Optional<Problem> refusal(Path source, Path target, boolean force) {
    try {
      if (target.getParent() != null && target.getParent().startsWith("/dev/fd")) {
        return Optional.of(new Problem(Code.CONFLICT, "it has no name; name its MP3 with -o"));
      }
      if (!Files.exists(target)) {
        return ofFolder(target);
      }
      if (Files.exists(source) && Files.isSameFile(source, target)) {
        return conflict(target, "is the source itself; name another with -o");
      }
      if (Files.isDirectory(target)) {
        return conflict(target, "is a folder; move it away, or name another file with -o");
      }
      if (isInPlace(target)) {
        return Optional.empty();
      }
      return force ? ofFolder(target) : conflict(target, "is there already; --force replaces it");
    } catch (IOException e) {
      return Optional.of(
          new Problem(Code.UNAVAILABLE, target + " cannot be written: " + Outage.reason(e)));
    }
  }

  private static Optional<Problem> ofFolder(Path target) {
    Path folder = real(target).toAbsolutePath().getParent();
    if (folder == null || Files.isWritable(folder)) {
      return Optional.empty();
    }
    return conflict(
        folder,
        Files.isDirectory(folder)
            ? "may not be written to (permission denied); name another place with -o"
            : "is no folder; make it, or name another with -o");
  }

  private static Optional<Problem> conflict(Path target, String what) {
    return Optional.of(new Problem(Code.CONFLICT, target + " " + what));
  }

  /** Whether the target exists and no file can replace it: a device, a named pipe. */
  static boolean isInPlace(Path target) {
    return Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
  }

  /** The target itself, or what it names when it is a symbolic link; that may be missing. */
  static Path real(Path target) {
    try {
      Path real = target;
      for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(real); i++) {
        real = real.resolveSibling(Files.readSymbolicLink(real));
      }
      return real;
    } catch (IOException e) {
      throw new Outage(target + " cannot be written: " + Outage.reason(e), e);
    }
  }
}

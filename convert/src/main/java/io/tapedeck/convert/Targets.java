package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The outputs that may be written. A plain file is replaced when the caller wants that. For a
 * symbolic link, its target is replaced. A device or a named pipe is never replaced: it is written
 * into.
 */
public final class Targets {
  /** The number of links that Linux follows. */
  private static final int MOST_LINKS = 40;

  private Targets() {}

  /**
   * Why a target may not be written.
   *
   * @param replaced whether a plain file may be replaced
   * @param made whether its folder is made when it is missing
   */
  static Optional<Problem> refusal(Path source, Path target, boolean replaced, boolean made) {
    try {
      if (target.getParent() != null && target.getParent().startsWith("/dev/fd")) {
        return Optional.of(new Problem(Code.CONFLICT, "it has no name; name its MP3 with -o"));
      }
      if (!Files.exists(target)) {
        return ofFolder(target, made);
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
      return replaced
          ? ofFolder(target, made)
          : conflict(target, "is there already; --force replaces it, --skip-existing skips it");
    } catch (IOException e) {
      return Optional.of(
          new Problem(Code.UNAVAILABLE, target + " cannot be written: " + Outage.reason(e)));
    }
  }

  private static Optional<Problem> ofFolder(Path target, boolean made) {
    Path folder = folder(real(target));
    while (made && !Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    if (Files.isWritable(folder) && Files.isDirectory(folder)) {
      return Optional.empty();
    }
    return conflict(
        folder,
        Files.isDirectory(folder)
            ? "may not be written to (permission denied, or read-only); name another place with -o"
            : "is no folder; make it, or name another with -o");
  }

  private static Optional<Problem> conflict(Path target, String what) {
    return Optional.of(new Problem(Code.CONFLICT, target + " " + what));
  }

  /** The folder that a file is in. */
  public static Path folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  /** Whether an MP3 is there already. An empty file is none: a disk that was full leaves such. */
  static boolean isMp3(Path target) {
    try {
      return Files.isRegularFile(target) && Files.size(target) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Moves a finished MP3 from where it was made to its name, with the date of its source. */
  public static void publish(FileJob job, boolean keepDate) throws IOException {
    Path target = real(job.output());
    if (job.made().equals(target)) {
      return;
    }
    try {
      if (keepDate) {
        Files.setLastModifiedTime(job.made(), Files.getLastModifiedTime(job.input()));
      }
      Files.move(job.made(), target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(job.made());
    }
  }

  /** Gives an MP3 the date of its source, where it has another. */
  static void date(Path source, Path mp3) {
    try {
      FileTime date = Files.getLastModifiedTime(source);
      if (!date.equals(Files.getLastModifiedTime(mp3))) {
        Files.setLastModifiedTime(mp3, date);
      }
    } catch (IOException e) {
      // The MP3 was there before; it keeps its own date.
    }
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

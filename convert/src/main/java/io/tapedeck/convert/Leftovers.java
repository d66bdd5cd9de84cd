package io.tapedeck.convert;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Unfinished MP3s that killed runs left behind. Each has the number of its process in its name. The
 * process may be one of another container or machine, where numbers mean something else: so a file
 * is only deleted when also nobody holds a lock on it, as {@code extraction} does while it writes.
 */
public final class Leftovers {
  private static final Pattern NAME = Pattern.compile("\\.tapedeck-(\\d{1,18})-[0-9a-f]+\\.part");

  /** The start of a process is known to a second, and the clock of a share may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(2);

  private Leftovers() {}

  /** A new name for an unfinished MP3 beside the finished one. */
  public static Path name(Path mp3) {
    return mp3.resolveSibling(
        ".tapedeck-"
            + ProcessHandle.current().pid()
            + "-"
            + Long.toHexString(ThreadLocalRandom.current().nextLong())
            + ".part");
  }

  /** Deletes those in a folder, if it is there, before this process begins to make MP3s in it. */
  public static void delete(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".tapedeck-*.part")) {
      for (Path each : files) {
        Matcher name = NAME.matcher(each.getFileName().toString());
        if (name.matches() && !isAlive(Long.parseLong(name.group(1)), each) && !isLocked(each)) {
          Files.deleteIfExists(each);
        }
      }
    } catch (IOException e) {
      // The folder is not there yet, or its conversions will tell what is wrong with it.
    }
  }

  /**
   * Whether the process that made a file runs. A process that began later only got its number, as
   * this one did, which has made none yet. In a container all have the number 1.
   */
  private static boolean isAlive(long pid, Path file) throws IOException {
    Instant written = Files.getLastModifiedTime(file).toInstant().plus(CLOCKS);
    return pid != ProcessHandle.current().pid()
        && ProcessHandle.of(pid)
            .flatMap(process -> process.info().startInstant())
            .map(begun -> begun.isBefore(written))
            .orElse(false);
  }

  private static boolean isLocked(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (IOException | OverlappingFileLockException e) {
      return true; // where there are no locks, nothing is certain
    }
  }
}

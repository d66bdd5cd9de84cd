package io.tapedeck.backup;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Copies a backup into a new data folder, and compares every file with its digest on the way. The
 * files get their places only after all of them are right, the database last.
 */
final class Restore {
  private static final String PART = ".restoring";

  private Restore() {}

  /**
   * Restores a backup.
   *
   * @param data a folder that is empty or does not exist; what a broken-off restore left in it is
   *     deleted
   * @return how many files there are
   * @throws Refusal {@link Code#CONFLICT} when the folder holds something, {@link
   *     Code#CHECKSUM_MISMATCH} when a file of the backup is damaged, {@link Code#NOT_FOUND} when
   *     there is no backup; the folder is left as it was
   * @throws Outage when a disk fails or is full
   */
  static int run(Path backup, Path data) {
    Path from = backup.toAbsolutePath().normalize();
    Path to = data.toAbsolutePath().normalize();
    try {
      Digests digests = Digests.of(from);
      requireEmpty(to);
      OwnerOnly.folder(to);
      Path part = OwnerOnly.folder(to.resolve(PART));
      try {
        copy(from, part, digests);
        place(part, to, digests);
      } finally {
        Trees.delete(part);
      }
      return digests.byPath().size();
    } catch (IOException e) {
      Code code = Outage.isFull(e) ? Code.DISK_FULL : Code.UNAVAILABLE;
      throw new Outage(code, "nothing was restored to " + to + ": " + Outage.reason(e), e);
    }
  }

  private static void requireEmpty(Path to) throws IOException {
    if (!Files.exists(to)) {
      return;
    }
    Trees.delete(to.resolve(PART));
    try (Stream<Path> all = Files.list(to)) {
      if (all.findAny().isPresent()) {
        throw new Refusal(
            Code.CONFLICT, to + " is not empty; name another folder with --data, or move it away");
      }
    }
  }

  private static void copy(Path from, Path part, Digests digests) throws IOException {
    for (Map.Entry<String, String> each : digests.byPath().entrySet()) {
      Path file = from.resolve(each.getKey());
      if (!Files.isRegularFile(file)) {
        throw new Refusal(Code.NOT_FOUND, "the backup lacks its file " + file);
      }
      Path copy = part.resolve(each.getKey());
      OwnerOnly.folder(Objects.requireNonNull(copy.getParent()));
      if (!Digests.copy(file, copy).equals(each.getValue())) {
        throw new Refusal(Code.CHECKSUM_MISMATCH, file + " is damaged; nothing was restored");
      }
    }
  }

  private static void place(Path part, Path to, Digests digests) throws IOException {
    List<Path> all;
    try (Stream<Path> children = Files.list(part)) {
      all = children.sorted().toList();
    }
    if (!digests.byPath().containsKey(Backup.DATABASE)) {
      throw new Refusal(Code.NOT_FOUND, "the backup lacks its database " + Backup.DATABASE);
    }
    for (Path each : all) {
      if (!each.endsWith(Backup.DATABASE)) {
        Files.move(each, to.resolve(each.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Files.move(
        part.resolve(Backup.DATABASE), to.resolve(Backup.DATABASE), StandardCopyOption.ATOMIC_MOVE);
  }
}

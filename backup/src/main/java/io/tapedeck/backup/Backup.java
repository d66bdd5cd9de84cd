package io.tapedeck.backup;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import io.tapedeck.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Copies the data folder while a server may work on it. Stored files never change, so a snapshot of
 * the database and the files that it names, copied after it, are one moment's state. What was
 * deleted in between is missing; then a newer snapshot is taken, which no longer names it, and only
 * what is new is copied.
 */
final class Backup {
  static final String DATABASE = "tapedeck.db";

  /** Each takes only as long as what is new; two are nearly always enough. */
  private static final int MOST_SNAPSHOTS = 10;

  /**
   * What a backup holds.
   *
   * @param files how many files, without that of the digests
   * @param bytes of all of them
   * @param damaged paths whose bytes are not those that were stored; they are in the backup as they
   *     are
   */
  record Made(int files, long bytes, List<String> damaged) {}

  private final Path data;
  private final Path part;
  private final Map<String, String> copied = new TreeMap<>();

  private Backup(Path data, Path part) {
    this.data = data;
    this.part = part;
  }

  /**
   * Makes a backup. Until it is complete it has another name; what a broken-off one left there is
   * deleted.
   *
   * @param to the new folder
   * @throws Refusal {@link Code#CONFLICT} when it exists, {@link Code#NOT_FOUND} when there are no
   *     data
   * @throws Outage when a disk fails or is full
   */
  static Made make(Path data, Path to) {
    Path target = to.toAbsolutePath().normalize();
    if (!Files.isRegularFile(data.resolve(DATABASE))) {
      throw new Refusal(Code.NOT_FOUND, data + " holds no data: there is no " + DATABASE);
    }
    if (Files.exists(target)) {
      throw new Refusal(Code.CONFLICT, target + " exists; name a folder that does not");
    }
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      Trees.delete(part);
      OwnerOnly.folder(Objects.requireNonNull(part.getParent()));
      OwnerOnly.folder(part);
      Made made = new Backup(data, part).run();
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return made;
    } catch (IOException e) {
      Code code = Outage.isFull(e) ? Code.DISK_FULL : Code.UNAVAILABLE;
      throw new Outage(code, "the backup " + target + " failed: " + Outage.reason(e), e);
    }
  }

  private Made run() throws IOException {
    Snapshot snapshot = snapshot();
    for (String each : Set.copyOf(copied.keySet())) {
      if (!snapshot.needed().containsKey(each)) {
        copied.remove(each);
        Files.delete(part.resolve(each));
      }
    }
    List<String> damaged = new ArrayList<>();
    snapshot
        .needed()
        .forEach((path, digest) -> {
          if (!digest.isEmpty() && !digest.equals(copied.get(path))) {
            damaged.add(path);
          }
        });
    copyFolder("uploads");
    copyFolder("outbox");
    copy("secret.key");
    copied.put(DATABASE, Digests.of(Files.newInputStream(part.resolve(DATABASE))));
    new Digests(copied).write(part);
    long bytes = 0;
    for (String each : copied.keySet()) {
      bytes += Files.size(part.resolve(each));
    }
    return new Made(copied.size(), bytes, damaged);
  }

  /** A snapshot of which every file is copied. */
  private Snapshot snapshot() throws IOException {
    for (int i = 0; i < MOST_SNAPSHOTS; i++) {
      Snapshot snapshot = Snapshot.make(data.resolve(DATABASE), part.resolve(DATABASE));
      boolean complete = true;
      for (String each : snapshot.needed().keySet()) {
        complete &= copied.containsKey(each) || copy(each);
      }
      if (complete) {
        return snapshot;
      }
    }
    throw new Outage("files are deleted faster than they are copied; try again later", null);
  }

  /** Copies all files that are in a folder now; what is deleted meanwhile is left out. */
  private void copyFolder(String name) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(data.resolve(name))) {
      try (Stream<Path> files = Files.list(data.resolve(name))) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> names.add(name + "/" + file.getFileName()));
      }
    }
    for (String each : names) {
      copy(each);
    }
  }

  /** Returns false when there is no such file. */
  private boolean copy(String path) throws IOException {
    Path to = part.resolve(path);
    OwnerOnly.folder(Objects.requireNonNull(to.getParent()));
    try {
      copied.put(path, Digests.copy(data.resolve(path), to));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}

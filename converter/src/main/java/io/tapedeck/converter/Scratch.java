package io.tapedeck.converter;

import io.tapedeck.core.Outage;
import io.tapedeck.core.OwnerOnly;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for the temporary files of one conversion; it is deleted with all its files. */
record Scratch(Path folder) implements AutoCloseable {
  /** Makes a new folder in the converter's folder. */
  static Scratch under(Path root) {
    try {
      OwnerOnly.folder(root);
      return new Scratch(Files.createTempDirectory(root, "conversion-"));
    } catch (IOException e) {
      throw new Outage("the scratch folder can not be used: " + Outage.reason(e), e);
    }
  }

  /** Deletes what an earlier process left in the converter's folder. */
  static void empty(Path root) {
    if (Files.isDirectory(root)) {
      deleteBelow(root, root);
    }
  }

  /** Bytes of all files in the folder. */
  long bytes() {
    File[] files = folder.toFile().listFiles();
    return files == null ? 0 : Stream.of(files).mapToLong(File::length).sum();
  }

  /** Bytes of all files in the converter's folder, whatever conversion they are of. */
  static long bytesBelow(Path root) {
    File[] folders = root.toFile().listFiles(File::isDirectory);
    return folders == null
        ? 0
        : Stream.of(folders).mapToLong(each -> new Scratch(each.toPath()).bytes()).sum();
  }

  @Override
  public void close() {
    deleteBelow(folder, null);
  }

  private static void deleteBelow(Path top, @org.jspecify.annotations.Nullable Path kept) {
    try (Stream<Path> all = Files.walk(top)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        if (!path.equals(kept)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new Outage("the scratch folder can not be emptied: " + Outage.reason(e), e);
    }
  }
}

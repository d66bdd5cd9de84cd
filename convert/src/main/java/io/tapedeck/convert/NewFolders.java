package io.tapedeck.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/** The folders that a run has made. Those that no MP3 came into are deleted at its end. */
final class NewFolders {
  private final TreeSet<Path> made = new TreeSet<>();

  /** Makes a folder and those above it, unless they are there. */
  synchronized void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    TreeSet<Path> missing = new TreeSet<>();
    for (Path each = folder.toAbsolutePath(); each != null && !Files.exists(each); ) {
      missing.add(each);
      each = each.getParent();
    }
    Files.createDirectories(folder);
    made.addAll(missing);
  }

  /** Deletes the empty ones. */
  synchronized void deleteEmpty() {
    for (Path each : made.descendingSet()) {
      try {
        Files.delete(each);
      } catch (IOException e) {
        // It is not empty, or it has gone.
      }
    }
    made.clear();
  }
}

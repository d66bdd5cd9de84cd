package io.tapedeck.watch;

import io.tapedeck.convert.MediaFolder;
import io.tapedeck.watch.WatchJournal.Entry;
import io.tapedeck.watch.WatchJournal.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The name of an MP3 that {@code watch} makes. A video keeps the name that its MP3 got first. A new
 * one gets {@code a.mp3}; where another video has it, {@code a.webm.mp3}; then {@code a (2).mp3}.
 *
 * @param mp3 below the folder of the MP3s
 * @param isThere whether an MP3 that no video here became has that name
 */
record WatchName(String mp3, boolean isThere) {
  static WatchName of(Path below, Path out, WatchJournal journal, boolean force) {
    String file = below.toString();
    Entry before = journal.get(file);
    boolean moved = before != null && before.step() == Step.MOVED;
    if (before != null && !moved && before.step() != Step.THERE && !before.mp3().isEmpty()) {
      return new WatchName(before.mp3(), false);
    }
    String name = String.valueOf(below.getFileName());
    String stem = MediaFolder.stem(name);
    for (int i = 0; ; i++) {
      String mp3 = i == 0 ? stem : i == 1 ? name : stem + " (" + i + ")";
      String path = below.resolveSibling(mp3 + ".mp3").toString();
      Optional<String> holder = journal.holder(path);
      boolean exists = Files.exists(out.resolve(path));
      if (holder.isEmpty() && (!exists || !moved)) {
        return new WatchName(path, exists && !force);
      }
    }
  }
}

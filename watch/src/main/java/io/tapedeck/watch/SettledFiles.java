package io.tapedeck.watch;

import io.tapedeck.convert.MediaFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files in a folder have stopped growing: neither their size nor their time has changed for a
 * while. An empty file is probably about to be written, and must stay empty for longer.
 */
final class SettledFiles {
  private static final int LONGER = 12;

  private final Duration wait;
  private Map<Path, Seen> seen = new HashMap<>();

  /**
   * A file that has settled.
   *
   * @param quiet for how long it has not changed
   */
  record Settled(MediaFolder.Found file, Duration quiet) {}

  /**
   * @param since when it was first seen as it is
   */
  private record Seen(MediaFolder.Found file, Duration since) {}

  /**
   * @param wait for how long a file must not have changed
   */
  SettledFiles(Duration wait) {
    this.wait = wait;
  }

  /**
   * Takes a new listing.
   *
   * @param now the time since any fixed moment
   */
  List<Settled> look(List<MediaFolder.Found> listing, Duration now) {
    Map<Path, Seen> next = HashMap.newHashMap(listing.size());
    List<Settled> settled = new ArrayList<>();
    for (MediaFolder.Found file : listing) {
      Seen before = seen.get(file.below());
      Seen still = before != null && before.file().equals(file) ? before : new Seen(file, now);
      next.put(file.below(), still);
      Duration quiet = now.minus(still.since());
      if (quiet.compareTo(file.size() == 0 ? wait.multipliedBy(LONGER) : wait) >= 0) {
        settled.add(new Settled(still.file(), quiet));
      }
    }
    seen = next;
    return settled;
  }
}

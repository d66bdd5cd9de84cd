package io.tapedeck.watch;

import io.tapedeck.convert.Leftovers;
import io.tapedeck.convert.MediaFolder;
import io.tapedeck.convert.Targets;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders of {@code watch}.
 *
 * @param in the watched one
 * @param out for the MP3s
 * @param failed for videos that cannot be converted
 * @param done for videos that were converted; empty to leave them where they are
 * @param recursive whether the folders in {@code in} are watched too
 */
record WatchFolders(Path in, Path out, Path failed, Optional<Path> done, boolean recursive) {
  /** A new listing of the watched folder, without the other folders in it. */
  MediaFolder listing() {
    List<Path> left = new ArrayList<>(List.of(failed));
    done.ifPresent(left::add);
    if (!isBeside()) {
      left.add(out);
    }
    return new MediaFolder(in, recursive, left);
  }

  boolean isBeside() {
    return MediaFolder.isSame(in, out);
  }

  /**
   * Moves a video that cannot be converted aside, with the reason in a text file beside it. The
   * text is written first: where the process ends in between, the video is only tried again.
   */
  Path moveAside(Path below, String reason) throws IOException {
    Path to = free(failed.resolve(below));
    Files.createDirectories(Targets.folder(to));
    Files.writeString(
        to.resolveSibling(to.getFileName() + ".txt"), reason + "\n", StandardCharsets.UTF_8);
    return Files.move(in.resolve(below), to);
  }

  /** Moves a video away that was converted, if that is wanted; returns whether it was moved. */
  boolean moveDone(Path below) {
    try {
      if (done.isEmpty() || !Files.exists(in.resolve(below))) {
        return false;
      }
      Path to = free(done.get().resolve(below));
      Files.createDirectories(Targets.folder(to));
      Files.move(in.resolve(below), to);
      return true;
    } catch (IOException e) {
      throw new Outage("the video cannot be moved away: " + Outage.reason(e), e);
    }
  }

  /** The path, or one with a number where a file has that name already. */
  private static Path free(Path wanted) {
    String name = wanted.getFileName().toString();
    String stem = MediaFolder.stem(name);
    Path free = wanted;
    for (int i = 2; Files.exists(free); i++) {
      free = wanted.resolveSibling(stem + " (" + i + ")" + name.substring(stem.length()));
    }
    return free;
  }

  /** Deletes what killed runs left in the folders for MP3s. */
  void tidy() {
    try (var all = Files.walk(out, recursive ? Integer.MAX_VALUE : 1)) {
      all.filter(Files::isDirectory).forEach(Leftovers::delete);
    } catch (IOException | java.io.UncheckedIOException e) {
      // The conversions will report what is wrong with the folder.
    }
  }
}

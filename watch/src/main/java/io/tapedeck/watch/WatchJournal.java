package io.tapedeck.watch;

import io.tapedeck.convert.MediaFolder;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import io.tapedeck.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@code watch} has done with each file, so that after a restart nothing is done twice and
 * nothing is forgotten. It is a file of JSON lines in the folder of the MP3s. A line is appended at
 * each step, and the last one of a file counts. One process at a time can use it.
 */
final class WatchJournal implements AutoCloseable {
  private static final String NAME = ".tapedeck-watch.jsonl";
  private static final String LOCK = ".tapedeck-watch.lock";

  /** Files that are gone are remembered up to this number, in case they come back. */
  private static final int MOST_ENTRIES = 100_000;

  /** How often the file may be as long as its entries need. */
  private static final int REWRITTEN_AT = 8;

  /** How far a file has come. */
  enum Step {
    BEGUN,
    /** Its MP3 is whole, and about to get its name. */
    PUBLISHING,
    DONE,
    /** Done, and moved away by us: a new file of that name is another video. */
    MOVED,
    /** An MP3 that we did not make has its name. */
    THERE,
    /** It cannot be converted, and could not be moved aside. */
    FAILED,
    /** Moved aside, so that a file of that name is a new one. */
    ASIDE
  }

  /**
   * One line.
   *
   * @param file its path below the watched folder
   * @param size bytes
   * @param modified milliseconds since 1970
   * @param mp3 the path of its MP3 below the folder of the MP3s
   * @param part the path of the unfinished MP3 there; empty when there is none
   * @param tries conversions that were begun and neither ended nor were stopped
   */
  record Entry(
      String file, long size, long modified, Step step, String mp3, String part, int tries) {
    boolean isOf(MediaFolder.Found found) {
      return size == found.size() && modified == found.modified();
    }

    Entry at(Step next) {
      return new Entry(file, size, modified, next, mp3, "", tries);
    }
  }

  private final Path folder;
  private final FileChannel lock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> holders = new HashMap<>();
  private FileChannel file;
  private int lines;

  /** Whether the last line is perhaps half a line, because the disk was full. */
  private boolean torn;

  private WatchJournal(Path folder, FileChannel lock, FileChannel file) {
    this.folder = folder;
    this.lock = lock;
    this.file = file;
  }

  /**
   * Opens the journal, or begins one.
   *
   * @param there whether a file is still in the watched folder
   * @throws Outage when another process uses it, or it cannot be read or written
   */
  static WatchJournal open(Path folder, Predicate<String> there) {
    try {
      FileChannel lock = append(folder.resolve(LOCK));
      if (!locked(lock)) {
        lock.close();
        throw new Outage(
            "another tapedeck watch writes to " + folder + "; end it, or name another with -o",
            null);
      }
      WatchJournal journal = new WatchJournal(folder, lock, append(folder.resolve(NAME)));
      journal.load();
      journal.rewrite(there);
      return journal;
    } catch (IOException e) {
      throw new Outage(folder + " cannot be written: " + Outage.reason(e), e);
    }
  }

  private static FileChannel append(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean locked(FileChannel channel) {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // this file system has no locks
    }
  }

  private void load() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(folder.resolve(NAME)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        entry(line).ifPresent(this::keep);
      }
    }
    List.copyOf(entries.values()).stream()
        .filter(entry -> entry.step() == Step.PUBLISHING)
        .forEach(entry ->
            keep(entry.at(Files.exists(folder.resolve(entry.part())) ? Step.BEGUN : Step.DONE)));
  }

  /** A line; none when the process was killed while it wrote it. */
  private static Optional<Entry> entry(String line) {
    try {
      return Optional.of(Json.read(line, Entry.class));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private void keep(Entry entry) {
    Entry before = entries.remove(entry.file()); // so that the newest entries are the last
    if (before != null) {
      holders.remove(before.mp3(), before.file());
    }
    if (entry.step() != Step.ASIDE) {
      entries.put(entry.file(), entry);
      if (entry.step() != Step.THERE && !entry.mp3().isEmpty()) {
        holders.put(entry.mp3(), entry.file());
      }
    }
  }

  private void rewrite(Predicate<String> there) throws IOException {
    int tooMany = entries.size() - MOST_ENTRIES;
    for (Entry entry : tooMany > 0 ? List.copyOf(entries.values()) : List.<Entry>of()) {
      if (tooMany > 0 && !there.test(entry.file())) {
        keep(entry.at(Step.ASIDE));
        tooMany--;
      }
    }
    Path next = folder.resolve(NAME + ".new");
    StringBuilder text = new StringBuilder();
    entries.values().forEach(entry -> text.append(Json.text(entry)).append('\n'));
    Files.writeString(next, text);
    try (FileChannel written = append(next)) {
      written.force(true);
    }
    Files.move(next, folder.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
    file.close();
    file = append(folder.resolve(NAME));
    lines = entries.size();
  }

  /**
   * Appends a step.
   *
   * @throws Outage when it cannot be written; then it did not happen
   */
  synchronized void put(Entry entry) {
    try {
      if (++lines > REWRITTEN_AT * (entries.size() + 1_000)) {
        rewrite(any -> true);
      }
      String line = (torn ? "\n" : "") + Json.text(entry) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      torn = true;
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      torn = false;
      if (entry.step() == Step.PUBLISHING) {
        file.force(false);
      }
      keep(entry);
    } catch (IOException e) {
      throw new Outage(folder + " cannot be written: " + Outage.reason(e), e);
    }
  }

  synchronized @Nullable Entry get(String name) {
    return entries.get(name);
  }

  /** The file whose MP3 has this name. */
  synchronized Optional<String> holder(String mp3) {
    return Optional.ofNullable(holders.get(mp3));
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
      lock.close();
    } catch (IOException e) {
      // All lines are written already.
    }
  }
}

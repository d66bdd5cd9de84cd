package io.tapedeck.watch;

import io.tapedeck.convert.FileJob;
import io.tapedeck.convert.MediaFolder;
import io.tapedeck.convert.ProblemLine;
import io.tapedeck.convert.Reporter;
import io.tapedeck.watch.WatchJournal.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a folder again and again and has each new file converted, once it has stopped growing.
 * It lists the folder, because network shares do not report changes.
 */
final class Watcher implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final long STOP_SECONDS = 6;

  /**
   * A later try of a file.
   *
   * @param pause the time between the last try and this one
   */
  private record Retry(Duration at, Duration pause) {}

  private final WatchFolders folders;
  private final WatchJournal journal;
  private final WatchConversions conversions;
  private final Reporter reporter;
  private final SettledFiles files;
  private final Duration settle;
  private final ExecutorService workers;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, Retry> retries = new ConcurrentHashMap<>();
  private Set<String> unreadable = Set.of();

  /**
   * @param settle for how long a file must not have changed
   * @param jobs the most files at once
   */
  Watcher(
      WatchFolders folders,
      WatchJournal journal,
      WatchConversions conversions,
      Reporter reporter,
      Duration settle,
      int jobs) {
    this.folders = folders;
    this.journal = journal;
    this.conversions = conversions;
    this.reporter = reporter;
    this.settle = settle;
    this.files = new SettledFiles(settle);
    this.workers =
        Executors.newFixedThreadPool(jobs, Thread.ofPlatform().name("watch-", 0).factory());
  }

  /**
   * Looks once, and starts what there is to do.
   *
   * @param now the time since any fixed moment
   */
  void look(Duration now) {
    MediaFolder listing = folders.listing();
    List<SettledFiles.Settled> settled = files.look(listing.found(folders.isBeside()), now);
    report(listing);
    retries.values().removeIf(retry -> now.compareTo(retry.at().plus(LONGEST_PAUSE)) > 0);
    // Files at which the process ended come last, so that they keep no other from its turn.
    settled.stream()
        .filter(file -> isDue(file, now))
        .sorted(Comparator.comparingInt(file -> tries(file.file())))
        .forEach(file -> start(file, now));
  }

  /** Reports each folder that cannot be read, once until it can be read again. */
  private void report(MediaFolder listing) {
    Set<String> now = new HashSet<>();
    listing.unreadable().forEach((folder, why) -> now.add(folder + " " + why));
    now.stream()
        .filter(each -> !unreadable.contains(each))
        .forEach(each -> reporter.note(each + "; it is tried again"));
    unreadable = now;
  }

  private int tries(MediaFolder.Found file) {
    Entry entry = journal.get(file.below().toString());
    return entry == null ? 0 : entry.tries();
  }

  private boolean isDue(SettledFiles.Settled settled, Duration now) {
    String name = settled.file().below().toString();
    Retry retry = retries.get(name);
    if (busy.contains(name) || (retry != null && now.compareTo(retry.at()) < 0)) {
      return false;
    }
    Entry entry = journal.get(name);
    if (entry == null || !entry.isOf(settled.file())) {
      return true;
    }
    return switch (entry.step()) {
      case BEGUN, PUBLISHING, ASIDE -> true;
      case DONE -> folders.done().isPresent();
      case MOVED -> true; // it has come back
      case THERE, FAILED -> false;
    };
  }

  private void start(SettledFiles.Settled settled, Duration now) {
    Path below = settled.file().below();
    String name = below.toString();
    busy.add(name);
    try {
      workers.execute(() -> {
        try {
          // A file that seems damaged may still be on its way: a copy can pause.
          boolean patient = settled.quiet().compareTo(settle.multipliedBy(3)) < 0;
          WatchConversions.Outcome outcome =
              conversions.convert(settled.file(), patient, Math.max(1, busy.size()));
          retry(name, outcome, now);
        } catch (RuntimeException | Error defect) {
          FileJob job = FileJob.refused(name, below, below, ProblemLine.ofDefect(defect));
          reporter.failed(job, ProblemLine.ofDefect(defect));
          retry(name, WatchConversions.Outcome.LATER, now);
        } finally {
          busy.remove(name);
        }
      });
    } catch (RejectedExecutionException e) {
      busy.remove(name); // the watch is ending
    }
  }

  private void retry(String name, WatchConversions.Outcome outcome, Duration now) {
    switch (outcome) {
      case ENDED -> retries.remove(name);
      case TOO_EARLY -> retries.put(name, new Retry(now.plus(settle.multipliedBy(2)), FIRST_PAUSE));
      case LATER -> {
        Retry before = retries.get(name);
        Duration pause = before == null ? FIRST_PAUSE : before.pause().multipliedBy(2);
        Duration next = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        retries.put(name, new Retry(now.plus(next), next));
      }
    }
  }

  /** Whether nothing is being converted or waits for its turn. */
  boolean isIdle() {
    return busy.isEmpty();
  }

  /** Stops what runs; nothing of it stays. */
  @Override
  public void close() {
    workers.shutdownNow();
    conversions.stop();
    try {
      if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        reporter.note("a conversion does not end; what it leaves is deleted at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      journal.close();
    }
  }
}

package io.tapedeck.watch;

import io.tapedeck.convert.AudioOptions;
import io.tapedeck.convert.FileJob;
import io.tapedeck.convert.Leftovers;
import io.tapedeck.convert.MediaFolder;
import io.tapedeck.convert.ProblemLine;
import io.tapedeck.convert.Reporter;
import io.tapedeck.convert.Sources;
import io.tapedeck.convert.Targets;
import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Refusal;
import io.tapedeck.extraction.Extracted;
import io.tapedeck.extraction.Extraction;
import io.tapedeck.extraction.Extractor;
import io.tapedeck.watch.WatchJournal.Entry;
import io.tapedeck.watch.WatchJournal.Step;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts single files of a watched folder, with each step in the journal. An MP3 is made under
 * another name in its folder and gets its own at the end, if the video is still the same.
 */
final class WatchConversions {
  private static final Logger LOG = LoggerFactory.getLogger(WatchConversions.class);

  /** A file at which the process ended so often is no longer tried. Most ends have other causes. */
  private static final int MOST_TRIES = 20;

  /** What is to be done next with a file. */
  enum Outcome {
    /** Nothing, as long as it does not change. */
    ENDED,
    /** It seems damaged, and has not been quiet for long. */
    TOO_EARLY,
    /** A part of this machine failed. */
    LATER
  }

  private final Extractor extractor;
  private final ConversionOptions options;
  private final AudioOptions audio;
  private final WatchFolders folders;
  private final WatchJournal journal;
  private final Reporter reporter;
  private final Set<Extraction> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /** The watch ends. */
  private static final class Ending extends RuntimeException {}

  WatchConversions(
      Extractor extractor,
      ConversionOptions options,
      AudioOptions audio,
      WatchFolders folders,
      WatchJournal journal,
      Reporter reporter) {
    this.extractor = extractor;
    this.options = options;
    this.audio = audio;
    this.folders = folders;
    this.journal = journal;
    this.reporter = reporter;
  }

  /**
   * Converts a file, or does what is left to do.
   *
   * @param patient whether the file may still be on its way, so that damage is no reason yet to
   *     move it aside
   * @param others the number of files at work, this one included
   */
  Outcome convert(MediaFolder.Found file, boolean patient, int others) {
    Entry entry = journal.get(file.below().toString());
    try {
      if (entry != null && entry.isOf(file) && entry.step() == Step.DONE) {
        moveDone(file, entry);
        return Outcome.ENDED;
      }
      WatchName name = WatchName.of(file.below(), folders.out(), journal, audio.force());
      FileJob job = job(file, name.mp3());
      if (name.isThere()) {
        journal.put(entry(file, name.mp3(), 0).at(Step.THERE));
        reporter.skipped(job);
        reporter.note(job.name() + ": " + job.output() + " is there already; skipped");
        return Outcome.ENDED;
      }
      int tries = entry != null && entry.isOf(file) ? entry.tries() : 0;
      return convert(file, job, entry(file, name.mp3(), tries), patient, others);
    } catch (Outage e) {
      FileJob job = job(file, "");
      reporter.failed(job, e.problem());
      return Outcome.LATER;
    }
  }

  private Outcome convert(
      MediaFolder.Found file, FileJob job, Entry entry, boolean patient, int others) {
    if (entry.tries() >= MOST_TRIES) {
      String why = "the program ended " + entry.tries() + " times while it was converted";
      return failed(file, job, entry, new Problem(Code.CONVERTER_CRASHED, why));
    }
    journal.put(entry(file, entry.mp3(), entry.tries() + 1));
    try {
      Outcome outcome = run(file, job, entry, patient, others);
      if (outcome == Outcome.TOO_EARLY) {
        journal.put(entry);
      }
      return outcome;
    } catch (Ending e) {
      journal.put(entry);
      return Outcome.ENDED;
    } catch (RuntimeException | Error e) {
      journal.put(entry);
      return !isSame(file)
          ? gone(job)
          : switch (e) {
            case Outage outage -> {
              reporter.failed(job, job.named(outage.problem()));
              yield Outcome.LATER;
            }
            case Refusal refusal when patient -> Outcome.TOO_EARLY;
            case Refusal refusal -> failed(file, job, entry, job.named(refusal.problem()));
            default -> {
              LOG.atDebug().setCause(e).addKeyValue("file", job.name()).log("an unforeseen error");
              yield failed(file, job, entry, ProblemLine.ofDefect(e));
            }
          };
    } finally {
      deleteQuietly(job.made());
    }
  }

  private Outcome run(
      MediaFolder.Found file, FileJob job, Entry entry, boolean patient, int others) {
    Optional<Problem> refusal = Sources.refusal(job.input());
    if (refusal.isPresent()) {
      throw new Outage(refusal.get().code(), refusal.get().detail(), null);
    }
    long begun = System.nanoTime();
    int share = Math.max(1, audio.threads() / Math.min(audio.jobs(), others));
    Extraction extraction = extractor.of(job.input(), options, share);
    running.add(extraction);
    try {
      if (stopped) {
        throw new Ending();
      }
      prepare(job);
      Extracted made = extraction.run(job.made());
      if (!isSame(file)) {
        return gone(job);
      }
      if (patient && !made.warnings().isEmpty()) {
        return Outcome.TOO_EARLY;
      }
      publish(job, entry);
      reporter.made(job, made.at(job.output()), (System.nanoTime() - begun) / 1e9);
      moveDone(file, entry);
      return Outcome.ENDED;
    } catch (IOException e) {
      throw new Outage(job.output() + " cannot be written: " + Outage.reason(e), e);
    } finally {
      running.remove(extraction);
    }
  }

  /** Makes the folder of an MP3 below the output, which itself was there at the beginning. */
  private void prepare(FileJob job) throws IOException {
    if (!Files.isDirectory(folders.out())) {
      throw new Outage(folders.out() + " is gone; bring it back", null);
    }
    Files.createDirectories(Targets.folder(job.output()));
  }

  private void publish(FileJob job, Entry entry) throws IOException {
    try (FileChannel written = FileChannel.open(job.made(), StandardOpenOption.WRITE)) {
      written.force(true);
    }
    String part = folders.out().relativize(job.made()).toString();
    journal.put(
        new Entry(
            entry.file(), entry.size(), entry.modified(), Step.PUBLISHING, entry.mp3(), part, 0));
    Targets.publish(job, audio.keepDate());
    journal.put(entry.at(Step.DONE));
  }

  private void moveDone(MediaFolder.Found file, Entry entry) {
    if (folders.moveDone(file.below())) {
      journal.put(entry.at(Step.MOVED));
    }
  }

  /** The video is no longer what was converted. If it is there, it is converted as it is now. */
  private Outcome gone(FileJob job) {
    if (!Files.exists(job.input())) {
      reporter.failed(
          job,
          new Problem(
              Code.NOT_FOUND, "it was removed while it was converted; no MP3 was made of it"));
    }
    return Outcome.ENDED;
  }

  private Outcome failed(MediaFolder.Found file, FileJob job, Entry entry, Problem problem) {
    try {
      Path to = folders.moveAside(file.below(), ProblemLine.of(problem));
      journal.put(entry.at(Step.ASIDE));
      reporter.failed(job, problem, to);
    } catch (IOException e) {
      journal.put(entry.at(Step.FAILED));
      reporter.failed(job, problem);
      reporter.note(job.name() + ": it could not be moved aside: " + Outage.reason(e));
    }
    return Outcome.ENDED;
  }

  private boolean isSame(MediaFolder.Found file) {
    try {
      BasicFileAttributes now =
          Files.readAttributes(folders.in().resolve(file.below()), BasicFileAttributes.class);
      return now.size() == file.size() && now.lastModifiedTime().toMillis() == file.modified();
    } catch (IOException e) {
      return false;
    }
  }

  private FileJob job(MediaFolder.Found file, String mp3) {
    Path input = folders.in().resolve(file.below());
    Path output = folders.out().resolve(mp3);
    return new FileJob(
        input.toString(), input, output, Leftovers.name(output), file.size(), new FileJob.Due());
  }

  private static Entry entry(MediaFolder.Found file, String mp3, int tries) {
    return new Entry(
        file.below().toString(), file.size(), file.modified(), Step.BEGUN, mp3, "", tries);
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next start deletes it.
    }
  }

  /** Stops what runs, and what begins from now on. */
  void stop() {
    stopped = true;
    running.forEach(extraction -> extraction.stop(new Ending()));
  }
}

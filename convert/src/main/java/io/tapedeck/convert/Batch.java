package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.ConversionOptions;
import io.tapedeck.core.Fault;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import io.tapedeck.extraction.Extracted;
import io.tapedeck.extraction.Extraction;
import io.tapedeck.extraction.Extractor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts several files in parallel: by default as many as there are cores, each with its share of
 * them. The last files also use the cores that no other file needs any more. Short files are
 * decoded in groups.
 */
final class Batch {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
  private static final int DONE = 0;
  private static final int SOME_FAILED = 1;
  private static final int NOTHING_TO_CONVERT = 3;

  /** The most files in one decoding child process; more gain little. */
  private static final int LARGEST_GROUP = 8;

  /** The fewest, if there are enough: starting a child costs more than an uneven end. */
  private static final int SMALLEST_GROUP = 4;

  private static final long SHOWN_EVERY_MILLIS = 200;
  private static final long STOP_SECONDS = 5;

  /** The codes for an input without any audio; other codes mean that something went wrong. */
  private static final Set<Code> NO_AUDIO =
      Set.of(
          Code.NOT_FOUND,
          Code.EMPTY_FILE,
          Code.NO_AUDIO_TRACK,
          Code.UNSUPPORTED_CONTAINER,
          Code.NOTHING_IN_RANGE);

  private final Extractor extractor;
  private final ConversionOptions options;
  private final int threads;
  private final int most;
  private final Reporter reporter;
  private final ConcurrentLinkedQueue<FileJob> waiting = new ConcurrentLinkedQueue<>();
  private final Map<FileJob, Extraction> running = new ConcurrentHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  /** Whether a defect of ours ended a worker, so that not all files were tried. */
  private final AtomicBoolean broken = new AtomicBoolean();

  private int smallestGroup = 1;

  /**
   * @param audio how many files and cores at once
   */
  Batch(Extractor extractor, ConversionOptions options, AudioOptions audio, Reporter reporter) {
    this.extractor = extractor;
    this.options = options;
    this.threads = audio.threads();
    this.most = audio.jobs();
    this.reporter = reporter;
  }

  /** Converts all and returns the exit code. */
  int run(Outputs outputs) {
    List<FileJob> jobs = outputs.jobs();
    for (FileJob job : jobs) {
      if (job.isSkipped()) {
        outputs.skip(job);
        reporter.skipped(job);
      } else {
        waiting.add(job);
      }
    }
    int workers = Math.min(most, waiting.size());
    smallestGroup = Math.clamp(waiting.size() / Math.max(1, workers), 1, SMALLEST_GROUP);
    CountDownLatch left = new CountDownLatch(workers);
    outputs.beforeEnd(() -> interrupt(left));
    for (int i = 0; i < workers; i++) {
      Thread.ofPlatform().name("convert-" + i).start(() -> work(outputs, workers, left));
    }
    await(left);
    return exitCode(jobs.size());
  }

  private int exitCode(int count) {
    if (broken.get()) {
      return SOME_FAILED;
    }
    if (problems.isEmpty()) {
      return DONE;
    }
    return problems.size() == count && problems.stream().allMatch(p -> NO_AUDIO.contains(p.code()))
        ? NOTHING_TO_CONVERT
        : SOME_FAILED;
  }

  private void work(Outputs outputs, int workers, CountDownLatch left) {
    try {
      for (List<FileJob> group = next(workers); !group.isEmpty(); group = next(workers)) {
        int others = Math.min(workers, waiting.size() + 1);
        convert(outputs, group, Math.max(1, threads / others));
      }
    } catch (RuntimeException | Error defect) {
      broken.set(true);
      throw defect;
    } finally {
      left.countDown();
    }
  }

  /**
   * The next file, or several short ones. Groups become smaller towards the end, so that all
   * workers end together.
   */
  private synchronized List<FileJob> next(int workers) {
    List<FileJob> group = new ArrayList<>();
    int largest = Math.clamp(waiting.size() / workers, smallestGroup, LARGEST_GROUP);
    FileJob job = waiting.poll();
    while (job != null) {
      group.add(job);
      boolean more = group.size() < largest && isShort(job) && isShort(waiting.peek());
      job = more ? waiting.poll() : null;
    }
    return group;
  }

  private static boolean isShort(@Nullable FileJob job) {
    return job != null && job.isDue() && job.track().isEmpty() && Extractor.isShort(job.input());
  }

  private void convert(Outputs outputs, List<FileJob> group, int share) {
    List<Sources.State> before = group.stream().map(job -> Sources.state(job.input())).toList();
    List<Extraction> extractions = extractions(group, share);
    for (int i = 0; i < group.size() && !stopped.get(); i++) {
      convert(outputs, group.get(i), extractions.get(i), before.get(i));
    }
  }

  /** Extractions of a group; after an error, each file alone, as only one may be at fault. */
  private List<Extraction> extractions(List<FileJob> group, int share) {
    if (group.size() == 1) {
      FileJob job = group.getFirst();
      return List.of(extractor.of(job.input(), job.options(options), share));
    }
    try {
      return extractor.of(group.stream().map(FileJob::input).toList(), options, share);
    } catch (RuntimeException | Error defect) {
      LOG.atDebug().setCause(defect).log("not decoded together");
      return group.stream().map(job -> extractor.of(job.input(), options, share)).toList();
    }
  }

  private void convert(Outputs outputs, FileJob job, Extraction extraction, Sources.State before) {
    long begun = System.nanoTime();
    try {
      if (job.refusal().isPresent()) {
        failed(job, job.refusal().get());
        return;
      }
      running.put(job, extraction);
      if (stopped.get()) {
        return;
      }
      outputs.prepare(job);
      Extracted made = extraction.run(job.made());
      Path there = outputs.deliver(job);
      reporter.made(
          job, before.warned(job.input(), made.at(there)), (System.nanoTime() - begun) / 1e9);
    } catch (Interrupted e) {
      return;
    } catch (StandardOutput.Lost e) {
      synchronized (problems) {
        problems.add(new Problem(Code.UNAVAILABLE, "standard output")); // reported at the end
      }
    } catch (Fault e) {
      failed(job, before.told(job.input(), job.named(e.problem())));
    } catch (RuntimeException | Error defect) {
      LOG.atDebug().setCause(defect).addKeyValue("file", job.name()).log("an unforeseen error");
      failed(job, ProblemLine.ofDefect(defect));
    } finally {
      running.remove(job);
    }
  }

  private void failed(FileJob job, Problem problem) {
    synchronized (problems) {
      problems.add(problem);
    }
    reporter.failed(job, problem);
  }

  private void await(CountDownLatch left) {
    try {
      while (!left.await(SHOWN_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        reporter.progress(
            running.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().progress())));
      }
      reporter.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Outage("interrupted", e);
    }
  }

  /** After Ctrl-C: ends the children, deletes half-written files, then the process ends. */
  private void interrupt(CountDownLatch left) {
    stopped.set(true);
    waiting.clear();
    running.values().forEach(extraction -> extraction.stop(new Interrupted()));
    try {
      if (!left.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        reporter.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The person pressed Ctrl-C. */
  private static final class Interrupted extends RuntimeException {}
}

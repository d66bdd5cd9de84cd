package io.tapedeck.convert;

import io.tapedeck.core.Printable;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.extraction.Extracted;
import io.tapedeck.http.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reports the results of files to a person at a terminal, or to a program at a pipe. It writes one
 * line for each file that ended, and on a terminal also one line that moves. Each file that is
 * skipped is reported to programs only; people get their number.
 */
public final class Reporter {
  private static final int BAR = 30;
  private static final String CLEAR = "\r\u001b[K";

  private final boolean json;
  private final boolean quiet;
  private final boolean moving;
  private final Map<String, String> tools;
  private final int files;
  private final BatchProgress progress;
  private final PrintStream results;
  private final PrintStream words;
  private final long begun = System.nanoTime();
  private int ended;
  private int skipped;

  /**
   * @param tools what converts the files: names, and where they are
   * @param bytesOnStdout whether standard output carries the MP3, so that results go to standard
   *     error
   * @param jobs the files; none where nobody knows how many there will be
   */
  public Reporter(
      AudioOptions options, Map<String, String> tools, boolean bytesOnStdout, List<FileJob> jobs) {
    this.tools = tools;
    this.json = options.json();
    this.quiet = options.quiet();
    this.files = (int) jobs.stream().filter(job -> !job.isSkipped()).count();
    this.progress = new BatchProgress(jobs.stream().mapToLong(FileJob::size).sum());
    this.words = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    this.results =
        bytesOnStdout ? words : new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // The launcher knows whether standard error is a terminal; a check from here costs more.
    this.moving = files > 0 && !quiet && Boolean.getBoolean("tapedeck.terminal");
  }

  public synchronized void made(FileJob job, Extracted made, double seconds) {
    end(job);
    made.warnings()
        .forEach(warning -> words.println(Printable.line(job.name() + ": warning: " + warning)));
    if (json) {
      Map<String, Object> line = line(job, "ready");
      line.put("output", job.output().toString());
      line.put("size", made.size());
      line.put("duration", made.duration().toMillis() / 1000.0);
      line.put("sha256", made.sha256());
      line.put("copied", made.copied());
      line.put("warnings", made.warnings());
      line.put("seconds", Math.round(seconds * 1000) / 1000.0);
      line.put("tools", tools);
      results.println(Printable.line(Json.text(line)));
    } else if (!quiet) {
      double speed = made.duration().toMillis() / 1000.0 / Math.max(0.001, seconds);
      results.printf(
          Locale.ROOT,
          "%s → %s  %s, %s, %s%n",
          Printable.line(job.name()),
          Printable.line(job.output().toString()),
          Units.shown(made.duration()),
          Units.shown(made.size()),
          made.copied() ? "its own MP3 audio, kept as it is" : speed(speed));
    }
  }

  public void failed(FileJob job, Problem problem) {
    failed(job, problem, null);
  }

  /**
   * @param moved where the video is now
   */
  public synchronized void failed(FileJob job, Problem problem, @Nullable Path moved) {
    end(job);
    String now = moved == null ? "" : " (moved to " + moved + ")";
    words.println(Printable.line("tapedeck: " + job.name() + ": " + ProblemLine.of(problem) + now));
    if (json) {
      Map<String, Object> line = line(job, "failed");
      line.put("problem", ProblemLine.members(problem));
      if (moved != null) {
        line.put("moved", moved.toString());
      }
      results.println(Printable.line(Json.text(line)));
    }
  }

  public synchronized void skipped(FileJob job) {
    skipped++;
    if (json) {
      Map<String, Object> line = line(job, "skipped");
      line.put("output", job.output().toString());
      results.println(Printable.line(Json.text(line)));
    }
  }

  /** Something to know that is no problem of a file. */
  public synchronized void note(String text) {
    if (!quiet) {
      words.println(Printable.line("tapedeck: " + text));
    }
  }

  private static Map<String, Object> line(FileJob job, String state) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("input", job.name());
    line.put("state", state);
    return line;
  }

  private void end(FileJob job) {
    ended++;
    progress.ended(job);
    clear();
  }

  synchronized void progress(Map<FileJob, Progress> running) {
    if (!moving) {
      return;
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
    BatchProgress.View view = progress.view(running, elapsed);
    int full = (int) (view.done() * BAR);
    String count = files == 1 ? "" : "  " + ended + " of " + files;
    String speed = view.speed() > 0 ? "  " + speed(view.speed()) : "";
    String left = view.left().map(time -> "  " + Units.shown(time) + " left").orElse("");
    words.printf(
        Locale.ROOT,
        CLEAR + "%s%s %3.0f %%%s%s%s",
        "━".repeat(full),
        "─".repeat(BAR - full),
        Math.floor(100 * view.done()),
        count,
        speed,
        left);
  }

  synchronized void close() {
    clear();
    if (skipped > 0 && !json && !quiet) {
      words.println(
          skipped == 1
              ? "1 file skipped: its MP3 is there already"
              : skipped + " files skipped: their MP3s are there already");
    }
  }

  private void clear() {
    if (moving) {
      words.print(CLEAR);
      words.flush();
    }
  }

  private static String speed(double speed) {
    return String.format(Locale.ROOT, speed < 10 ? "%.1f×" : "%.0f×", speed);
  }
}

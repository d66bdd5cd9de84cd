package io.tapedeck.convert;

import io.tapedeck.core.Printable;
import io.tapedeck.core.Problem;
import io.tapedeck.core.Progress;
import io.tapedeck.extraction.Extracted;
import io.tapedeck.http.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reports the results of files to a person at a terminal, or to a program at a pipe. It writes one
 * line for each file that ended, and on a terminal also one line that moves.
 */
final class Reporter {
  private static final int BAR = 30;
  private static final String CLEAR = "\r\u001b[K";

  private final boolean json;
  private final boolean moving;
  private final int files;
  private final PrintStream results;
  private final PrintStream words;
  private int ended;

  /**
   * @param json whether results are JSON lines
   * @param bytesOnStdout whether standard output carries the MP3, so that results go to standard
   *     error
   * @param files the number of files
   */
  Reporter(boolean json, boolean bytesOnStdout, int files) {
    this.json = json;
    this.files = files;
    this.words = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    this.results =
        bytesOnStdout ? words : new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // The launcher knows whether standard error is a terminal; a check from here costs more.
    this.moving = Boolean.getBoolean("tapedeck.terminal");
  }

  synchronized void made(Outputs.Job job, Extracted made, double seconds) {
    ended++;
    clear();
    made.warnings()
        .forEach(warning -> words.println(Printable.line(job.name() + ": warning: " + warning)));
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("input", job.name());
      line.put("state", "ready");
      line.put("output", job.output().toString());
      line.put("size", made.size());
      line.put("duration", made.duration().toMillis() / 1000.0);
      line.put("sha256", made.sha256());
      line.put("copied", made.copied());
      line.put("warnings", made.warnings());
      line.put("seconds", Math.round(seconds * 1000) / 1000.0);
      results.println(Printable.line(Json.text(line)));
    } else {
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

  synchronized void failed(Outputs.Job job, Problem problem) {
    ended++;
    clear();
    words.println(Printable.line("tapedeck: " + job.name() + ": " + ProblemLine.of(problem)));
    if (json) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("code", problem.code().wire());
      told.put("title", problem.code().title());
      told.put("detail", problem.detail());
      told.put("hint", problem.code().hint());
      told.put("retryable", problem.code().retryable());
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("input", job.name());
      line.put("state", "failed");
      line.put("problem", told);
      results.println(Printable.line(Json.text(line)));
    }
  }

  synchronized void progress(List<Progress> running) {
    if (!moving) {
      return;
    }
    Progress total = Batch.total(ended, files, running);
    int full = (int) (total.fraction() * BAR);
    String count = files == 1 ? "" : "  " + ended + " of " + files;
    String speed = total.speed() > 0 ? "  " + speed(total.speed()) : "";
    words.printf(
        Locale.ROOT,
        CLEAR + "%s%s %3.0f %%%s%s",
        "━".repeat(full),
        "─".repeat(BAR - full),
        Math.floor(100 * total.fraction()),
        count,
        speed);
  }

  synchronized void close() {
    clear();
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

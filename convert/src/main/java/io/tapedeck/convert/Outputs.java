package io.tapedeck.convert;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which input becomes which output. An MP3 has its source's name with the extension {@code .mp3}
 * and is written beside the source, unless the caller names a file or folder. An input without
 * seeking, such as standard input, is first stored in a temporary folder, because most containers
 * need seeking.
 */
final class Outputs implements AutoCloseable {
  private static final String STANDARD = "-";
  private static final Set<String> STDIN = Set.of(STANDARD, "/dev/stdin", "/dev/fd/0");
  private static final Set<String> STDOUT = Set.of(STANDARD, "/dev/stdout", "/dev/fd/1");

  /**
   * One file to convert.
   *
   * @param name the input as the person wrote it
   * @param output where the MP3 goes in the end
   * @param made where the MP3 is made: at {@code output}, or in the temporary folder when it is
   *     copied from there
   * @param refused why the conversion cannot start
   */
  record Job(String name, Path input, Path output, Path made, Optional<Problem> refused) {}

  private final List<Job> jobs = new ArrayList<>();
  private final Temporary temporary = new Temporary();
  private boolean toStdout;

  private Outputs() {}

  /**
   * Decides on all outputs before the first starts.
   *
   * @throws IllegalArgumentException when inputs and output do not fit together
   */
  static Outputs plan(List<String> inputs, @Nullable String output, boolean force) {
    Outputs plan = new Outputs();
    try {
      plan.add(inputs, output, force);
      return plan;
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private void add(List<String> inputs, @Nullable String output, boolean force) {
    boolean fromStdin = inputs.stream().anyMatch(STDIN::contains);
    toStdout = output == null ? fromStdin : STDOUT.contains(output);
    if (inputs.size() > 1 && (fromStdin || toStdout)) {
      throw new IllegalArgumentException("- goes with a single input only");
    }
    if (inputs.size() > 1 && output != null && !folder(output)) {
      throw new IllegalArgumentException(
          "several inputs need a folder: make " + output + " or write " + output + "/");
    }
    requireFolder(output);
    Map<Path, String> taken = new HashMap<>();
    for (String input : inputs) {
      Job job = job(input, output, force);
      Path target = job.output().toAbsolutePath().normalize();
      String other = job.refused().isEmpty() ? taken.put(target, input) : null;
      if (other != null) {
        throw new IllegalArgumentException(
            other + " and " + input + " would both become " + job.output() + "; rename one");
      }
      jobs.add(job);
    }
  }

  /** Makes the folder for several MP3s when it is missing. */
  private static void requireFolder(@Nullable String output) {
    if (output == null) {
      return;
    }
    if (Sources.isUnknown(output) && !Files.exists(Path.of(output))) {
      throw new IllegalArgumentException(output + ": its name is not UTF-8; choose another");
    }
    try {
      if (folder(output) && !Files.isDirectory(Path.of(output))) {
        Files.createDirectories(Path.of(output));
      }
    } catch (IOException e) {
      throw new Outage("cannot make the folder " + output + ": " + Outage.reason(e), e);
    }
  }

  private Job job(String input, @Nullable String output, boolean force) {
    try {
      return readable(input, output, force);
    } catch (InvalidPathException e) {
      String what = "its name cannot be read in this locale; set LC_ALL=C.UTF-8";
      Problem problem = new Problem(Code.NOT_FOUND, what);
      return new Job(input, Path.of(""), Path.of(""), Path.of(""), Optional.of(problem));
    }
  }

  private Job readable(String input, @Nullable String output, boolean force) {
    boolean fromStdin = STDIN.contains(input);
    Path source = Path.of(input);
    Path target =
        toStdout ? Path.of(STANDARD) : target(fromStdin ? Path.of("stdin") : source, output);
    Optional<Problem> refused =
        (fromStdin ? Optional.<Problem>empty() : Sources.refusal(source))
            .or(() -> toStdout ? Optional.empty() : Targets.refusal(source, target, force));
    if (refused.isPresent()) {
      return new Job(input, source, target, target, refused);
    }
    try {
      Path made =
          toStdout || Targets.isInPlace(target) ? temporary.file("mp3") : Targets.real(target);
      Path read =
          fromStdin
              ? temporary.kept(System.in)
              : Sources.isPipe(source) ? temporary.kept(source) : source;
      return new Job(input, read, target, made, refused);
    } catch (Outage e) {
      return new Job(input, source, target, target, Optional.of(e.problem()));
    }
  }

  List<Job> jobs() {
    return List.copyOf(jobs);
  }

  /** Whether the MP3 itself goes to standard output; then nothing else may be written there. */
  boolean toStdout() {
    return toStdout;
  }

  /**
   * Copies a finished MP3 to its output, unless it was made there.
   *
   * @throws StandardOutput.Lost when it did not arrive at standard output
   */
  void deliver(Job job) {
    if (job.made().equals(job.output()) || !temporary.holds(job.made())) {
      return;
    }
    try {
      if (toStdout) {
        Files.copy(job.made(), System.out);
        StandardOutput.requireArrived();
      } else {
        try (OutputStream to = Files.newOutputStream(job.output(), StandardOpenOption.WRITE)) {
          Files.copy(job.made(), to);
        }
      }
    } catch (IOException e) {
      throw new Outage(job.output() + " cannot be written: " + Outage.reason(e), e);
    }
  }

  /** Sets the work to do first when the process must end, before the folder is deleted. */
  void beforeEnd(Runnable first) {
    temporary.beforeEnd(first);
  }

  @Override
  public void close() {
    temporary.close();
  }

  private static boolean folder(String output) {
    return output.endsWith("/") || Files.isDirectory(Path.of(output));
  }

  private static Path target(Path source, @Nullable String output) {
    Path last = source.getFileName();
    String name = last == null ? "root" : last.toString();
    int dot = name.lastIndexOf('.');
    Path mp3 = Path.of((dot > 0 ? name.substring(0, dot) : name) + ".mp3");
    if (output == null) {
      return source.resolveSibling(mp3);
    }
    return folder(output) ? Path.of(output).resolve(mp3) : Path.of(output);
  }
}

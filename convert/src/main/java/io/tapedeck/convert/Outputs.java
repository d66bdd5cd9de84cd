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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which input becomes which output. An MP3 is written beside its source, unless the caller names a
 * file or folder; the MP3s of a folder's files stand in the same folders below the output. An input
 * without seeking, such as standard input, is first stored in a temporary folder, because most
 * containers need seeking.
 */
final class Outputs implements AutoCloseable {
  private static final String STANDARD = "-";
  private static final Set<String> STDOUT = Set.of(STANDARD, "/dev/stdout", "/dev/fd/1");

  private final List<FileJob> jobs = new ArrayList<>();
  private final Temporary temporary = new Temporary();
  private final NewFolders folders = new NewFolders();
  private final @Nullable String output;
  private final Existing existing;
  private final boolean keepDate;
  private final boolean toStdout;
  private final boolean toFolder;

  private Outputs(Inputs inputs, @Nullable String output, Existing existing, boolean keepDate) {
    this.output = output;
    this.existing = existing;
    this.keepDate = keepDate;
    boolean fromStdin = inputs.all().stream().anyMatch(Input::stream);
    this.toStdout = output == null ? fromStdin : STDOUT.contains(output);
    this.toFolder = output != null && !toStdout && (inputs.many() || folder(output));
  }

  /**
   * Decides on all outputs before the first starts.
   *
   * @param keepDate whether an MP3 gets the modification time of its source
   * @throws IllegalArgumentException when inputs and output do not fit together
   */
  static Outputs plan(Inputs inputs, @Nullable String output, Existing existing, boolean keepDate) {
    Outputs plan = new Outputs(inputs, output, existing, keepDate);
    try {
      plan.check(inputs);
      plan.add(inputs.all());
      return plan;
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private void check(Inputs inputs) {
    boolean several = inputs.several();
    if (toStdout && inputs.all().size() > 1 && !several) {
      throw new IllegalArgumentException(
          inputs.all().getFirst().name() + " has several tracks; name a folder with -o");
    }
    if (several && (toStdout || inputs.all().stream().anyMatch(Input::stream))) {
      throw new IllegalArgumentException("- goes with a single input only");
    }
    if (several && output != null && !toFolder) {
      throw new IllegalArgumentException(
          "several inputs need a folder: make " + output + " or write " + output + "/");
    }
    if (output != null && !toStdout) {
      requireFolder(output);
    }
  }

  /** Makes the folder for several MP3s when it is missing. */
  private void requireFolder(String named) {
    Path folder = Path.of(named);
    if (Sources.isUnknown(named) && !Files.exists(folder)) {
      throw new IllegalArgumentException(named + ": its name is not UTF-8; choose another");
    }
    if (toFolder && Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(named + " is a file; name a folder for several MP3s");
    }
    try {
      if (toFolder) {
        folders.make(folder);
      }
    } catch (IOException e) {
      throw new Outage(
          "the folder " + named + " cannot be made: " + Outage.reason(e) + "; name another with -o",
          e);
    }
  }

  private void add(List<Input> inputs) {
    List<Optional<Problem>> refusals = inputs.stream().map(Outputs::refusal).toList();
    List<Mp3Names.Wish> wishes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (refusals.get(i).isEmpty()) {
        wishes.add(wish(inputs.get(i)));
      }
    }
    Mp3Names names = new Mp3Names(wishes);
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      jobs.add(
          refusals
              .get(i)
              .map(problem -> FileJob.refused(input.name(), Path.of(""), Path.of(""), problem))
              .orElseGet(() -> job(input, names)));
    }
    jobs.stream()
        .filter(job -> !toStdout && job.refusal().isEmpty() && !temporary.holds(job.made()))
        .map(job -> Targets.folder(job.output()))
        .collect(Collectors.toSet())
        .forEach(Leftovers::delete);
  }

  /** Why an input cannot be read, when that is known before reading. */
  private static Optional<Problem> refusal(Input input) {
    try {
      return input.stream()
          ? Optional.empty()
          : input.refused().or(() -> Sources.refusal(Path.of(input.name())));
    } catch (InvalidPathException e) {
      String what = "its name cannot be read in this locale; set LC_ALL=C.UTF-8";
      return Optional.of(new Problem(Code.NOT_FOUND, what));
    }
  }

  private Mp3Names.Wish wish(Input input) {
    Path source = Path.of(input.stream() ? "stdin" : input.name());
    Path last = source.getFileName();
    String plain = last == null ? "root" : last.toString();
    String name = input.track().map(one -> Mp3Names.with(plain, one.suffix())).orElse(plain);
    Path here = source.resolveSibling("");
    if (output == null || !toFolder) {
      return new Mp3Names.Wish(name, here);
    }
    Path below = input.inFolder().map(each -> each.resolveSibling("")).orElse(Path.of(""));
    return new Mp3Names.Wish(name, Path.of(output).resolve(below));
  }

  private FileJob job(Input input, Mp3Names names) {
    Path source = Path.of(input.name());
    Path target =
        toStdout
            ? Path.of(STANDARD)
            : output != null && !toFolder ? named(output, input) : names.of(wish(input));
    return job(input, source, target, names.take(target, input.name()))
        .ofTrack(input.track().map(Input.OneTrack::track));
  }

  private static Path named(String output, Input input) {
    return Path.of(input.track().map(one -> Mp3Names.with(output, one.suffix())).orElse(output));
  }

  private FileJob job(Input input, Path source, Path target, String other) {
    if (!other.equals(input.name())) {
      String what = target + " is the MP3 of " + other + "; rename one, or name another folder";
      return FileJob.refused(input.name(), source, target, new Problem(Code.CONFLICT, what));
    }
    if (existing == Existing.SKIPPED && !toStdout && Targets.isMp3(target)) {
      return new FileJob(input.name(), source, target, target, 0, new FileJob.Skipped());
    }
    Optional<Problem> refused =
        toStdout
            ? Optional.empty()
            : Targets.refusal(source, target, existing != Existing.KEPT, toFolder);
    return refused
        .map(problem -> FileJob.refused(input.name(), source, target, problem))
        .orElseGet(() -> due(input, source, target));
  }

  private FileJob due(Input input, Path source, Path target) {
    try {
      Path read =
          input.stream()
              ? temporary.kept(System.in)
              : Sources.isPipe(source) ? temporary.kept(source) : source;
      return new FileJob(
          input.name(), read, target, made(source, target), Sources.size(read), new FileJob.Due());
    } catch (Outage e) {
      return FileJob.refused(input.name(), source, target, e.problem());
    }
  }

  private Path made(Path source, Path target) {
    if (toStdout || Targets.isInPlace(target)) {
      return temporary.file("mp3");
    }
    Path real = Targets.real(target);
    return keepDate && Files.isRegularFile(source) ? Leftovers.name(real) : real;
  }

  List<FileJob> jobs() {
    return List.copyOf(jobs);
  }

  /** Whether the MP3 itself goes to standard output; then nothing else may be written there. */
  boolean toStdout() {
    return toStdout;
  }

  /** Makes the folder for an MP3, if it is not there yet. */
  void prepare(FileJob job) {
    if (toFolder && !temporary.holds(job.made())) {
      try {
        folders.make(Targets.folder(job.made()));
      } catch (IOException e) {
        throw new Outage(
            "the folder " + Targets.folder(job.made()) + " cannot be made: " + Outage.reason(e), e);
      }
    }
  }

  /**
   * Brings a finished MP3 to its output, unless it was made there; returns where it can be read.
   *
   * @throws StandardOutput.Lost when it did not arrive at standard output
   */
  Path deliver(FileJob job) {
    try {
      if (!temporary.holds(job.made())) {
        Targets.publish(job, keepDate);
        return Targets.real(job.output());
      } else if (toStdout) {
        Files.copy(job.made(), System.out);
        StandardOutput.requireArrived();
      } else {
        try (OutputStream to = Files.newOutputStream(job.output(), StandardOpenOption.WRITE)) {
          Files.copy(job.made(), to);
        }
      }
      return job.made();
    } catch (IOException e) {
      throw new Outage(job.output() + " cannot be written: " + Outage.reason(e), e);
    }
  }

  /** Gives an MP3 that was there already the date of its source, if dates are kept. */
  void skip(FileJob job) {
    if (keepDate) {
      Targets.date(job.input(), job.output());
    }
  }

  /** Sets the work to do first when the process must end, before the folder is deleted. */
  void beforeEnd(Runnable first) {
    temporary.beforeEnd(() -> {
      first.run();
      folders.deleteEmpty();
    });
  }

  @Override
  public void close() {
    temporary.close();
    folders.deleteEmpty();
  }

  private static boolean folder(String output) {
    return output.endsWith("/") || Files.isDirectory(Path.of(output));
  }
}

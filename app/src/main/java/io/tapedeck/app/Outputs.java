package io.tapedeck.app;

import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which file becomes which. An MP3 is called as its source with the ending {@code .mp3} and stands
 * beside it, unless a file or folder is named. Standard input is kept in a temporary folder first,
 * as most containers must be sought in.
 */
final class Outputs implements AutoCloseable {
  private static final String STANDARD = "-";

  /**
   * One file's way.
   *
   * @param name the input as the person wrote it
   * @param refused why it is not even begun
   */
  record Job(String name, Path input, Path output, Optional<Problem> refused) {}

  private final List<Job> jobs = new ArrayList<>();
  private @Nullable Path temporary;
  private boolean toStdout;

  private Outputs() {}

  /**
   * Decides on all outputs before the first is begun.
   *
   * @throws IllegalArgumentException when inputs and output do not fit together
   */
  static Outputs plan(List<String> inputs, @Nullable String output, boolean force) {
    Outputs plan = new Outputs();
    boolean fromStdin = inputs.contains(STANDARD);
    plan.toStdout = STANDARD.equals(output) || (fromStdin && output == null);
    if (inputs.size() > 1 && (fromStdin || plan.toStdout)) {
      throw new IllegalArgumentException("- goes with a single input only");
    }
    if (inputs.size() > 1 && output != null && !folder(output)) {
      throw new IllegalArgumentException(
          "several inputs need a folder: make " + output + " or write " + output + "/");
    }
    try {
      Map<Path, String> taken = new HashMap<>();
      for (String input : inputs) {
        Path source = fromStdin ? plan.spooled() : Path.of(input);
        Path target =
            plan.toStdout ? plan.scratch().resolve("out.mp3") : target(source, output, fromStdin);
        String other = taken.put(target.toAbsolutePath().normalize(), input);
        if (other != null) {
          throw new IllegalArgumentException(
              other + " and " + input + " would both become " + target + "; rename one");
        }
        plan.jobs.add(new Job(input, source, target, refusal(source, target, force)));
      }
      return plan;
    } catch (IOException e) {
      plan.close();
      throw new Outage("cannot write there: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      plan.close();
      throw e;
    }
  }

  List<Job> jobs() {
    return List.copyOf(jobs);
  }

  /** Whether the MP3 itself goes to standard output, so that nothing else may. */
  boolean toStdout() {
    return toStdout;
  }

  /** Hands a finished MP3 on where it goes to standard output. */
  void made(Path file) {
    if (toStdout) {
      try {
        Files.copy(file, System.out);
        System.out.flush();
      } catch (IOException e) {
        throw new Outage("standard output was closed: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    if (temporary == null) {
      return;
    }
    try (var files = Files.list(temporary)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(temporary);
    } catch (IOException e) {
      throw new Outage("cannot clear " + temporary + ": " + e.getMessage(), e);
    }
  }

  private static boolean folder(String output) {
    return output.endsWith("/") || Files.isDirectory(Path.of(output));
  }

  private static Path target(Path source, @Nullable String output, boolean fromStdin)
      throws IOException {
    String name = fromStdin ? "stdin" : source.getFileName().toString();
    int dot = name.lastIndexOf('.');
    Path mp3 = Path.of((dot > 0 ? name.substring(0, dot) : name) + ".mp3");
    if (output == null) {
      return source.resolveSibling(mp3);
    }
    if (folder(output)) {
      return Files.createDirectories(Path.of(output)).resolve(mp3);
    }
    return Path.of(output);
  }

  private static Optional<Problem> refusal(Path source, Path target, boolean force)
      throws IOException {
    if (!Files.exists(target)) {
      return Optional.empty();
    }
    if (Files.exists(source) && Files.isSameFile(source, target)) {
      return Optional.of(
          new Problem(Code.CONFLICT, target + " is the source itself; name another with -o"));
    }
    return force
        ? Optional.empty()
        : Optional.of(
            new Problem(Code.CONFLICT, target + " is there already; --force replaces it"));
  }

  private Path scratch() throws IOException {
    if (temporary == null) {
      temporary = Files.createTempDirectory("tapedeck-");
    }
    return temporary;
  }

  private Path spooled() throws IOException {
    Path file = scratch().resolve("in");
    Files.copy(System.in, file, StandardCopyOption.REPLACE_EXISTING);
    return file;
  }
}

package io.tapedeck.cage;

import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a child can reach: its input, its pipes, and nothing else. The cage has layers, and each is
 * tried once, when the first child starts or {@link #layers} asks (ADR 0027).
 */
public final class Cage {
  /** The most memory of a child: address space, its libraries included. */
  public static final long MOST_MEMORY = 768L << 20;

  /** The exit code of a child that did not begin, because its last step failed. */
  public static final int FAILED = Machine.FAILED;

  /** With less, the libraries alone of a distribution's ffmpeg would leave no room for a file. */
  private static final long LEAST_MEMORY = 384L << 20;

  private static final long LONGEST_WORK = 86_400;

  private final CageMode mode;
  private final Path program;
  private final long memory;
  private @Nullable CageTrial trial;

  /**
   * @param program ffmpeg
   * @param memory bytes of a child
   */
  public Cage(CageMode mode, Path program, long memory) {
    this.mode = mode;
    this.program = program;
    this.memory = memory;
  }

  /**
   * The memory of each child if all together may take a half of what there is.
   *
   * @param total bytes of this machine or container
   * @param children at once
   */
  public static long memory(long total, int children) {
    return Math.clamp(total / 2 / Math.max(1, children), LEAST_MEMORY, MOST_MEMORY);
  }

  /** The layers that hold here. */
  public Set<CageLayer> layers() {
    return trial().layers();
  }

  /** What is missing of the layers that can hold everywhere, and why; empty if nothing is. */
  public Optional<String> lack() {
    Map<CageLayer, String> missing = trial().missing();
    if (layers().isEmpty()) {
      return missing.values().stream().findFirst();
    }
    String all =
        missing.keySet().stream()
            .filter(CageLayer::everywhere)
            .map(layer -> layer.words() + ": " + missing.get(layer))
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  /** One line for operators: what holds, and what does not and why. */
  public String level() {
    if (mode == CageMode.OFF) {
      return "off, as converter.cage says";
    }
    if (layers().isEmpty()) {
      return "none: " + lack().orElse("");
    }
    String holds = layers().stream().map(CageLayer::words).collect(Collectors.joining(", "));
    String lacks =
        trial().missing().entrySet().stream()
            .map(each -> each.getKey().words() + " (" + each.getValue() + ")")
            .collect(Collectors.joining(", "));
    return holds + (lacks.isEmpty() ? "" : "; without " + lacks);
  }

  /**
   * Holds the mode: tries the layers now and starts the program once in them.
   *
   * @return {@link #level}
   * @throws Outage if the cage is required and cannot be had, with the remedy
   */
  public String hold() {
    synchronized (this) {
      if (mode != CageMode.OFF) {
        trial = CageTrial.of(program, memory, true);
      }
    }
    requireAll();
    return level();
  }

  private void requireAll() {
    Optional<String> lack = mode == CageMode.REQUIRED ? lack() : Optional.empty();
    if (lack.isPresent()) {
      throw new Outage(
          (layers().isEmpty() ? "ffmpeg has no cage: " : "the cage of ffmpeg lacks ")
              + lack.get()
              + "; run it where that works, or set converter.cage to best",
          null);
    }
  }

  private synchronized CageTrial trial() {
    if (trial == null) {
      trial =
          mode == CageMode.OFF
              ? CageTrial.none("converter.cage is off")
              : CageTrial.of(program, memory, false);
    }
    return trial;
  }

  /**
   * Starts a child.
   *
   * @param arguments all after the program's name
   * @param libraries the variable LD_LIBRARY_PATH, or empty
   * @return empty if there is no cage here
   * @throws IOException if the system starts no process
   * @throws Outage if the cage is required and cannot be had
   */
  public Optional<Process> start(List<String> arguments, String libraries) throws IOException {
    requireAll();
    CageTrial found = trial();
    Optional<Launcher> launcher = found.launcher();
    if (launcher.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.isExecutable(program)) {
      throw new IOException(program + " is no program");
    }
    try {
      return Optional.of(start(launcher.get(), found.steps(), program, arguments, libraries));
    } catch (IOException e) {
      // Namespaces can run out; and a file system of a user's own lets no other user read.
      CageSteps fewer = found.steps().without(Set.of(CageLayer.NAMESPACES, CageLayer.USER));
      return Optional.of(start(launcher.get(), fewer, program, arguments, libraries));
    }
  }

  static Process start(
      Launcher launcher, CageSteps steps, Path program, List<String> arguments, String libraries)
      throws IOException {
    LaunchProgram launch = new LaunchProgram(launcher.machine());
    long path = launch.keep(program.toString());
    List<String> all = new ArrayList<>(List.of(program.toString()));
    all.addAll(arguments);
    long list = launch.keepAll(all);
    long variables =
        launch.keepAll(libraries.isEmpty() ? List.of() : List.of("LD_LIBRARY_PATH=" + libraries));
    steps.before(
        ProgramFile.of(program), libraries, inputs(arguments), seconds(arguments), launch, path);
    Process process = launcher.start(launch.starting(path, list, variables));
    InputStream output = process.getInputStream();
    int first = output.read();
    if (first == LaunchProgram.READY) {
      return process;
    }
    byte[] rest = first < 0 ? new byte[0] : output.readAllBytes();
    byte[] step = new byte[rest.length + 1];
    step[0] = (byte) first;
    System.arraycopy(rest, 0, step, 1, rest.length);
    process.destroyForcibly();
    throw new IOException(
        "its cage cannot be closed: "
            + launch.failed(step)
            + ", error="
            + LaunchProgram.error(step));
  }

  private static List<Path> inputs(List<String> arguments) {
    List<Path> inputs = new ArrayList<>();
    for (int i = 1; i < arguments.size(); i++) {
      if (arguments.get(i - 1).equals("-i")) {
        inputs.add(Path.of(arguments.get(i).replaceFirst("^file:", "")));
      }
    }
    return inputs;
  }

  private static long seconds(List<String> arguments) {
    int at = arguments.indexOf("-timelimit") + 1;
    return at == 0 ? LONGEST_WORK : Long.parseLong(arguments.get(at));
  }
}

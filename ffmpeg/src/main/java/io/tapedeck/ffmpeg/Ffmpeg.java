package io.tapedeck.ffmpeg;

import io.tapedeck.cage.Cage;
import io.tapedeck.cage.CageMode;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Text;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ffmpeg program of this machine. A child gets an argument list without a shell and an empty
 * environment, and runs in a cage. Where there is none and {@code prlimit} is available, the child
 * at least has no right to write files.
 *
 * @param program where it is
 * @param prlimit where {@code prlimit} of util-linux is
 */
public record Ffmpeg(Path program, Optional<Path> prlimit, Cage cage) {
  /** The oldest version that has all options used here. */
  public static final String OLDEST = "5.1";

  /** The launcher sets this to a program that dev/media-tools has built. */
  private static final String BUILT_HERE = "tapedeck.ffmpeg";

  private static final Pattern VERSION = Pattern.compile("version n?(\\d{1,6})\\.(\\d{1,6})");
  private static final String REMEDY =
      "install ffmpeg " + OLDEST + " or newer (apt install ffmpeg, brew install ffmpeg)";

  /** The one variable that a child keeps: folders of its libraries. */
  private static final String LIBRARIES = "LD_LIBRARY_PATH";

  /** Address space. The index of 36 hours of video takes half of it. */
  private static final long LARGEST_MEMORY = 2L << 30;

  /** The program without a cage. */
  public Ffmpeg(Path program, Optional<Path> prlimit) {
    this(program, prlimit, new Cage(CageMode.OFF, program, Cage.MOST_MEMORY));
  }

  /** The same program with another cage. */
  public Ffmpeg caged(CageMode mode, long memory) {
    return new Ffmpeg(program, prlimit, new Cage(mode, program, memory));
  }

  /**
   * Finds the program without starting it. Its children get the best cage that can be had here.
   *
   * @param setting the configured path; empty for one built here, or else that of the search path
   * @param searchPath folders to search, as in the variable PATH
   * @throws Outage if the program is missing, with the remedy
   */
  public static Ffmpeg find(Optional<Path> setting, String searchPath) {
    Optional<Path> named =
        setting.or(() -> Optional.ofNullable(System.getProperty(BUILT_HERE)).map(Path::of));
    if (named.isPresent() && !Files.isExecutable(named.get())) {
      throw new Outage("there is no program " + named.get() + "; " + REMEDY, null);
    }
    Path program =
        named
            .or(() -> search("ffmpeg", searchPath))
            .orElseThrow(() -> new Outage("ffmpeg was not found; " + REMEDY, null));
    return new Ffmpeg(program.toAbsolutePath(), search("prlimit", searchPath))
        .caged(CageMode.BEST, Cage.MOST_MEMORY);
  }

  private static Optional<Path> search(String name, String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Starts the program to read its version, such as {@code 5.1.9}.
   *
   * @throws Outage if it does not start or is too old
   */
  public String version() {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "-version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String first = process.inputReader(StandardCharsets.UTF_8).readLine();
      process.destroyForcibly();
      String line = first == null ? "" : first;
      if (!line.contains("ffmpeg version")) {
        throw new Outage(
            program + " says no version but " + Text.shown(line) + "; " + REMEDY, null);
      }
      requireNew(line);
      return line.replaceFirst("^.*version (\\S+).*$", "$1");
    } catch (IOException e) {
      throw new Outage(program + " does not start; " + REMEDY, e);
    }
  }

  /** Refuses a version banner that is too old; accepts a banner that it cannot parse. */
  public static void requireNew(String banner) {
    Matcher version = VERSION.matcher(banner);
    if (version.find()) {
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      if (major < 5 || (major == 5 && minor < 1)) {
        throw new Outage("ffmpeg " + major + "." + minor + " is too old; " + REMEDY, null);
      }
    }
  }

  /**
   * Starts a child that communicates only through its pipes.
   *
   * @param arguments all after the program's name
   */
  public Child start(List<String> arguments) {
    return start(arguments, line -> {});
  }

  /**
   * Starts such a child.
   *
   * @param also gets each line of its messages
   */
  public Child start(List<String> arguments, Consumer<String> also) {
    try {
      Optional<Process> caged =
          cage.start(arguments, new ProcessBuilder().environment().getOrDefault(LIBRARIES, ""));
      return new Child(caged.isPresent() ? caged.get() : uncaged(arguments), also);
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).replaceFirst("^.*error=\\d+, ", "");
      throw new Outage(
          "ffmpeg does not start" + (said.contains("/") ? "" : ": " + said) + "; " + REMEDY, e);
    }
  }

  private Process uncaged(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    prlimit.ifPresent(path ->
        command.addAll(
            List.of(path.toString(), "--fsize=0", "--core=0", "--as=" + LARGEST_MEMORY)));
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    builder.environment().keySet().retainAll(Set.of(LIBRARIES));
    return builder.start();
  }
}

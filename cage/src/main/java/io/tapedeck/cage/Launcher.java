package io.tapedeck.cage;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The program that puts a child into its cage before ffmpeg begins. It is a file in memory only: no
 * disk needs to be writable, and nothing stays behind. A command of seconds finds it on the disk
 * beside its jar, because the first native call of a JVM takes it longer than a child.
 *
 * @param path where the system finds it, as long as this JVM runs
 */
record Launcher(Machine machine, Path path) {
  /** The start of the program sets this to where the launcher is kept, or is to be kept. */
  static final String KEPT = "tapedeck.launcher";

  private static final int CLOSED_IN_CHILDREN = 1;

  private static @Nullable Launcher only;

  /**
   * The one of this JVM, made when it is first needed.
   *
   * @throws IOException if the system has no such files
   */
  static synchronized Launcher get(Machine machine) throws IOException {
    if (only == null) {
      Optional<Path> place = Optional.ofNullable(System.getProperty(KEPT)).map(Path::of);
      Optional<Launcher> kept = place.flatMap(file -> kept(machine, file));
      only = kept.isPresent() ? kept.get() : inMemory(machine);
    }
    return only;
  }

  /** The launcher in this file, which is written if it is not there; empty if neither can be. */
  static Optional<Launcher> kept(Machine machine, Path file) {
    try {
      byte[] program = machine.launcher();
      if (!Files.isExecutable(file) || !Arrays.equals(program, Files.readAllBytes(file))) {
        keep(program, file);
      }
      return Optional.of(new Launcher(machine, file.toAbsolutePath()));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static void keep(byte[] program, Path file) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(whole, program);
      Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  static Launcher inMemory(Machine machine) throws IOException {
    int handle = file();
    if (handle < 0) {
      throw new IOException("no file in memory can be made");
    }
    try (OutputStream file = new FileOutputStream("/proc/self/fd/" + handle)) {
      file.write(machine.launcher());
    }
    return new Launcher(
        machine, Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "" + handle));
  }

  /** In the place of one whose file cannot be executed. */
  private static synchronized Launcher instead(Launcher gone) throws IOException {
    if (only == null || only.equals(gone)) {
      only = inMemory(gone.machine);
    }
    return only;
  }

  @SuppressWarnings("RestrictedApi")
  private static int file() throws IOException {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment function = linker.defaultLookup().findOrThrow("memfd_create");
      FunctionDescriptor shape =
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
      return (int)
          linker
              .downcallHandle(function, shape)
              .invokeExact(arena.allocateFrom("launcher"), CLOSED_IN_CHILDREN);
    } catch (Throwable none) { // the handle declares it; what can come is a missing function
      throw new IOException("no file in memory can be made: " + none.getMessage(), none);
    }
  }

  /**
   * Starts it with a launch program as its input, which is at its end then.
   *
   * @param image what {@link LaunchProgram} made
   */
  Process start(byte[] image) throws IOException {
    if (image.length > Machine.ROOM) {
      throw new IOException("the names of the files are too long together");
    }
    Process process = begin();
    try (OutputStream input = process.getOutputStream()) {
      input.write(image);
    } catch (IOException ended) {
      // Its output tells which step failed.
    }
    return process;
  }

  private Process begin() throws IOException {
    try {
      return builder(path).start();
    } catch (IOException gone) { // or it lies where nothing may be executed
      if (path.startsWith("/proc")) {
        throw gone;
      }
      return builder(instead(this).path).start();
    }
  }

  private static ProcessBuilder builder(Path path) {
    ProcessBuilder builder = new ProcessBuilder(path.toString()).directory(new File("/"));
    builder.environment().clear();
    return builder;
  }
}

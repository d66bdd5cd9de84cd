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
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The program that puts a child into its cage before ffmpeg begins. It is a file in memory only: no
 * disk needs to be writable, and nothing stays behind.
 *
 * @param path where the system finds it, as long as this JVM runs
 */
record Launcher(Machine machine, Path path) {
  private static final int CLOSED_IN_CHILDREN = 1;

  private static @Nullable Launcher only;

  /**
   * The one of this JVM, made when it is first needed.
   *
   * @throws IOException if the system has no such files
   */
  static synchronized Launcher get(Machine machine) throws IOException {
    if (only == null) {
      only = make(machine);
    }
    return only;
  }

  private static Launcher make(Machine machine) throws IOException {
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
    ProcessBuilder builder = new ProcessBuilder(path.toString()).directory(new File("/"));
    builder.environment().clear();
    Process process = builder.start();
    try (OutputStream input = process.getOutputStream()) {
      input.write(image);
    } catch (IOException ended) {
      // Its output tells which step failed.
    }
    return process;
  }
}

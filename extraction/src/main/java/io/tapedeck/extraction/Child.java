package io.tapedeck.extraction;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A running ffmpeg: its output to read, what it says collected meanwhile. It ends with {@link
 * #close()} whatever it is doing; should this JVM die first, its next write to the broken pipe or
 * its limit of processor time ends it.
 */
final class Child implements AutoCloseable {
  private final Process process;
  private final FfmpegLog report = new FfmpegLog();
  private final Thread listener;

  /**
   * @param also gets each line of its messages
   */
  Child(Process process, Consumer<String> also) throws IOException {
    this.process = process;
    process.getOutputStream().close();
    // A read from a pipe holds the thread of the system below it (ADR 0008), and a child is silent
    // for long.
    listener =
        Thread.ofPlatform()
            .daemon()
            .name("ffmpeg-messages")
            .start(() -> report.read(process.getErrorStream(), also));
  }

  InputStream output() {
    return process.getInputStream();
  }

  /** How many bytes of the file it has read, where the system tells (Linux). */
  OptionalLong position(Path file) {
    Path own = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> open = Files.list(own.resolve("fd"))) {
      for (Path handle : open.toList()) {
        if (Files.isSameFile(handle, file)) { // whatever links its name goes through
          String info = Files.readString(own.resolve("fdinfo").resolve(handle.getFileName()));
          return OptionalLong.of(Long.parseLong(info.replaceFirst("(?s)^pos:\\s*(\\d+).*", "$1")));
        }
      }
    } catch (IOException | RuntimeException e) {
      // It has just ended, or this is another system: then nobody knows.
    }
    return OptionalLong.empty();
  }

  /** What it says on the way; complete only after {@link #await()}. */
  FfmpegLog report() {
    return report;
  }

  /** Waits for its end, when its output has ended already; returns its exit code. */
  int await() throws InterruptedException {
    int code = process.waitFor();
    listener.join();
    return code;
  }

  /** Kills it at once if it still runs, and frees the pipes. */
  void kill() {
    process.destroyForcibly();
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      // A pipe to a dead child has nothing left to lose.
    }
  }

  @Override
  public void close() {
    kill();
  }
}

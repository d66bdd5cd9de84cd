package io.tapedeck.ffmpeg;

import io.tapedeck.cage.Cage;
import io.tapedeck.core.Outage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A running ffmpeg process. The caller reads its output; its messages are collected meanwhile.
 * {@link #close()} ends it at any time. If this JVM dies first, the child ends at its next write to
 * the broken pipe or at its limit of processor time.
 */
public final class Child implements AutoCloseable {
  private final Process process;
  private final FfmpegLog report = new FfmpegLog();
  private final Thread listener;

  /**
   * @param also gets each line of its messages
   */
  public Child(Process process, Consumer<String> also) throws IOException {
    this.process = process;
    process.getOutputStream().close();
    // A read from a pipe blocks its carrier thread (ADR 0008), and a child is silent for long.
    listener =
        Thread.ofPlatform()
            .daemon()
            .name("ffmpeg-messages")
            .start(() -> report.read(process.getErrorStream(), also));
  }

  public InputStream output() {
    return process.getInputStream();
  }

  /** How many bytes of the file the child has read, if the system tells (Linux). */
  public OptionalLong position(Path file) {
    Path own = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> open = Files.list(own.resolve("fd"))) {
      for (Path handle : open.toList()) {
        if (Files.isSameFile(handle, file)) { // also through links
          String info = Files.readString(own.resolve("fdinfo").resolve(handle.getFileName()));
          return OptionalLong.of(Long.parseLong(info.replaceFirst("(?s)^pos:\\s*(\\d+).*", "$1")));
        }
      }
    } catch (IOException | RuntimeException e) {
      // The child has just ended, or the system is not Linux: the position is unknown.
    }
    return OptionalLong.empty();
  }

  /** The child's messages so far; complete only after {@link #await()}. */
  public FfmpegLog report() {
    return report;
  }

  /**
   * Waits for the child to end after its output has ended; returns its exit code.
   *
   * @throws Outage if ffmpeg did not begin, because the system could not start it at the last step
   */
  public int await() throws InterruptedException {
    int code = process.waitFor();
    listener.join();
    if (code == Cage.FAILED) {
      throw new Outage("ffmpeg does not start in its cage", null);
    }
    return code;
  }

  /** Kills the child at once if it still runs, and closes the pipes. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      // The child is dead, so the pipe has no data to lose.
    }
  }

  @Override
  public void close() {
    kill();
  }
}

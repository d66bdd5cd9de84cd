package io.tapedeck.ffmpeg;

import io.tapedeck.cage.Cage;
import io.tapedeck.core.Code;
import io.tapedeck.core.Outage;
import io.tapedeck.core.Refusal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A running ffmpeg process. The caller reads its output; its messages are collected meanwhile.
 * {@link #close()} ends it at any time. If this JVM dies first, the child ends at its next write to
 * the broken pipe or at its limit of processor time.
 */
public final class Child implements AutoCloseable {
  /**
   * Processor time before the first byte of output. The index of 36 hours takes some seconds; lists
   * of tags that ffmpeg searches again and again can take hours.
   */
  static final Duration MOST_PREPARATION = Duration.ofMinutes(1);

  private final Process process;
  private final FfmpegLog report = new FfmpegLog();
  private final Thread listener;
  private final InputStream output;
  private volatile boolean begun;
  private volatile boolean slow;

  /**
   * @param also gets each line of its messages
   */
  public Child(Process process, Consumer<String> also) throws IOException {
    this(process, also, MOST_PREPARATION);
  }

  Child(Process process, Consumer<String> also, Duration most) throws IOException {
    this.process = process;
    output = new FirstByte(process.getInputStream());
    Thread.ofPlatform().daemon().name("ffmpeg-start").start(() -> watch(most));
    process.getOutputStream().close();
    // A read from a pipe blocks its carrier thread (ADR 0008), and a child is silent for long.
    listener =
        Thread.ofPlatform()
            .daemon()
            .name("ffmpeg-messages")
            .start(() -> report.read(process.getErrorStream(), also));
  }

  public InputStream output() {
    return output;
  }

  /** Notices that the output has begun. */
  private final class FirstByte extends FilterInputStream {
    FirstByte(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      begun |= one >= 0;
      return one;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int count = in.read(bytes, from, length);
      begun |= count > 0;
      return count;
    }
  }

  private void watch(Duration most) {
    try {
      while (!process.waitFor(1, TimeUnit.SECONDS) && !begun) {
        Duration spent = process.info().totalCpuDuration().orElse(Duration.ZERO);
        if (spent.compareTo(most) > 0 && !begun) {
          slow = true;
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
   * @throws Refusal if it worked for too long before its output began
   */
  public int await() throws InterruptedException {
    int code = process.waitFor();
    listener.join();
    if (slow) {
      throw new Refusal(
          Code.UNREADABLE_MEDIA,
          "what stands before its audio (tags, chapters, its index) takes ffmpeg more than a minute to read; "
              + EntryCount.REMEDY);
    }
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

package io.tapedeck.converter;

import java.io.IOException;
import java.io.InputStream;

/**
 * A running ffmpeg: its output to read, what it says collected meanwhile. It ends with {@link
 * #close()} whatever it is doing; should this JVM die first, its next write to the broken pipe or
 * its limit of processor time ends it.
 */
final class Child implements AutoCloseable {
  private final Process process;
  private final Report report = new Report();
  private final Thread listener;

  Child(Process process) throws IOException {
    this.process = process;
    process.getOutputStream().close();
    listener =
        Thread.ofVirtual()
            .name("ffmpeg-messages")
            .start(() -> report.read(process.getErrorStream()));
  }

  InputStream output() {
    return process.getInputStream();
  }

  /** What it says on the way; complete only after {@link #await()}. */
  Report report() {
    return report;
  }

  /** Waits for its end, when its output has ended already. */
  void await() throws InterruptedException {
    process.waitFor();
    listener.join();
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

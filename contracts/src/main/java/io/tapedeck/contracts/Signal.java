package io.tapedeck.contracts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Signals to a process and all that it started. */
public enum Signal {
  /** Ends it at once; it learns nothing of it. */
  KILL,
  /** Freezes it: connections stay open, and nobody answers. */
  STOP,
  /** Lets it go on. */
  CONT;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Sends this to a process and its descendants. Where the system tells (Linux), {@link #STOP}
   * returns when every thread stands still: one that is late could answer once more.
   */
  public void to(ProcessHandle process) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
    // The eldest first, so that nobody is left to start a new one.
    List<Long> processes =
        Stream.concat(Stream.of(process), process.descendants()).map(ProcessHandle::pid).toList();
    processes.forEach(each -> command.add(Long.toString(each)));
    new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    Instant end = Instant.now().plus(PATIENCE);
    while (this == STOP && runs(processes)) {
      if (Instant.now().isAfter(end)) {
        throw new IOException("still running after kill -STOP: " + processes);
      }
      Thread.sleep(1);
    }
  }

  private static boolean runs(List<Long> processes) {
    return processes.stream()
        .map(each -> Path.of("/proc", Long.toString(each), "task"))
        .anyMatch(Signal::anyRuns);
  }

  private static boolean anyRuns(Path threads) {
    try (Stream<Path> all = Files.list(threads)) {
      return all.map(thread -> thread.resolve("stat")).anyMatch(Signal::runs);
    } catch (IOException | UncheckedIOException e) {
      return false; // it has ended, or this is another system
    }
  }

  /** Whether a thread is neither stopped nor dead: its state stands behind its name (proc(5)). */
  private static boolean runs(Path stat) {
    try {
      String line = Files.readString(stat);
      return "TtZX".indexOf(line.charAt(line.lastIndexOf(')') + 2)) < 0;
    } catch (IOException e) {
      return false; // it has just ended
    }
  }
}

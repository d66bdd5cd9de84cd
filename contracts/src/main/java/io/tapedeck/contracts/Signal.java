package io.tapedeck.contracts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Signals to a process and all that it started. */
public enum Signal {
  /** Ends it at once; it learns nothing of it. */
  KILL,
  /** Freezes it: connections stay open, and nobody answers. */
  STOP,
  /** Lets it go on. */
  CONT;

  /** Sends this to a process and its descendants. */
  public void to(ProcessHandle process) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
    // The eldest first, so that nobody is left to start a new one.
    command.add(Long.toString(process.pid()));
    process.descendants().forEach(each -> command.add(Long.toString(each.pid())));
    new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}

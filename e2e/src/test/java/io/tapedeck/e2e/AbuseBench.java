package io.tapedeck.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How long an honest user waits from upload to MP3 while others abuse the server; a part of
 * dev/bench. The server's disk has little space left, and an account may have a part of it.
 */
public final class AbuseBench {
  private static final long SPACE_MIB = 600;
  private static final long ACCOUNT_MIB = 200;

  private AbuseBench() {}

  /** Prints rows for dev/bench. The argument is a new folder. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long free = Files.getFileStore(folder).getUsableSpace() >> 20;
    // Uploads leave half as much again as the margin.
    long margin = Math.max(0, free - SPACE_MIB) * 2 / 3;
    Map<String, String> settings =
        Map.of(
            "TAPEDECK_LIMITS_DISK_MARGIN",
            margin + " MiB",
            "TAPEDECK_LIMITS_STORED_PER_ACCOUNT",
            ACCOUNT_MIB + " MiB");
    List<Attack.Outcome> all =
        Attack.run(
            folder,
            new Attack.Plan(Duration.ofSeconds(30), 1, ""),
            settings,
            Attackers::abuse,
            outcome -> System.err.println(outcome));
    for (Attack.Outcome outcome : all.subList(1, all.size())) {
      System.out.printf(
          "upload to MP3 during %s | %d ms, %d of %d | %d ms quiet | %.1f | ≤ 3%n",
          outcome.attack(),
          outcome.time(),
          outcome.successes(),
          outcome.tries(),
          all.getFirst().time(),
          outcome.slower());
    }
    System.exit(0);
  }
}
